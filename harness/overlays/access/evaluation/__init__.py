"""Policies and requests to decisions: pure, without a service, a clock or an account."""
