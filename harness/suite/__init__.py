"""What the plugin does inside a run of pytest, a subject a module."""
