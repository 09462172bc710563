"""The emulator in a Docker container: started, found again, gone afterwards in any case."""
