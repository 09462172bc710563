"""Docker's engine: where it is, how to speak to it, and what its refusals mean."""
