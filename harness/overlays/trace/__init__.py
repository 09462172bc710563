"""A flight recorder: who has called what, when, why, and how it ended."""
