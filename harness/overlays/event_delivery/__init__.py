"""EventBridge: what becomes of an event between the bus and its targets."""
