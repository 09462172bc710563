"""How Lambda accepts, limits, retries, delivers and counts invocations."""
