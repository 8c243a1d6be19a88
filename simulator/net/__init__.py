"""Where systems live, and how they call each other and the outside."""
