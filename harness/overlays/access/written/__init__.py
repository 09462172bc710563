"""Policies that somebody writes: a service takes none that it couldn't evaluate."""
