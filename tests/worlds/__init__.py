"""Worlds that differ from the demo, in which every step of the library has to hold."""
