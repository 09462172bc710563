"""Fills of LocalStack's gaps, one folder each; they run inside LocalStack."""
