"""Google's APIs: who may do what, what they answer, and what they refuse."""
