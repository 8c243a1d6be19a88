"""Every page in a real browser: accessibility, narrow screens, no script errors."""
