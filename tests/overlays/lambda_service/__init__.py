"""What the Lambda service does around functions."""
