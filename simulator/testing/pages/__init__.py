"""Page objects, one page a module: locators by role and label, verbs as methods."""
