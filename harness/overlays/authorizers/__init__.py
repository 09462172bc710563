"""Who calls a REST API: Lambda authorizers, and the identity of signed requests."""
