"""What the Flask applications share."""
