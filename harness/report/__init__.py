"""What a run shows to people and programs."""
