"""What the simulated apps share; nothing here is one app's alone, and nothing names an app."""
