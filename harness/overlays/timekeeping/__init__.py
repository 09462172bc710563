"""Overlay `timekeeping`: see README.md."""
