"""Bus logs and their delivery; what log events add to metrics."""
