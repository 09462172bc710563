"""Kinesis Data Streams, in the emulator's own process."""
