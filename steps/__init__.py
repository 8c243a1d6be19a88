"""The step library: given, when and then by noun; `test_<area>.py` binds the features."""
