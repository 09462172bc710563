"""An AWS to try the AWS target on: an emulator that is reached as AWS is, and in no other way."""
