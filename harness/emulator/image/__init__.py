"""The emulator as a container image: made here, run by the container target and by Compose."""
