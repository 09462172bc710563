"""CloudWatch's metrics."""
