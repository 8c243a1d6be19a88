"""The rules, one noun a module; they know no Flask and take the world first, plain values after."""
