"""What runs in a function runtime's Python, outside LocalStack: the standard library alone.

A template process is started from here, forks execution environments, and lives as long as the
emulator. Nothing of the package is importable for functions.
"""
