"""Durable executions as timelines: read through AWS's API, on any target that has it."""
