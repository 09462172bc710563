"""What is run: the emulator's Python environment, its process, the function runtimes."""
