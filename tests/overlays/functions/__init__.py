"""What functions live in, and how they fail."""
