"""The commands of `harness`, one a module; `harness.cli` puts them together."""
