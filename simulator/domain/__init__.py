"""The rules, one noun a module; they know no Flask and take the world first, plain values after.

Unless a function says otherwise, its `world` has an open unit of work (`world.db.unit()`), which
the caller commits: a view by the end of its request.
"""
