"""What `harness run` does: finds scenarios, runs pytest on them, shows how it goes."""
