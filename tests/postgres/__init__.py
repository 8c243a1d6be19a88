"""PostgreSQL for tests: its programs are found or installed, and a private server is run."""
