"""Every system that takes part, each a Flask application of its own."""
