"""The pure parts of the functions overlay."""
