"""Where the features are bound: `test_<area>.py` runs those of an area, by `scenarios("…")`.

The steps themselves are in `simulator/testing/steps/`, by noun, for users have them, too.
"""
