"""The simulator itself: composed, reset, kept, and reached by Host."""
