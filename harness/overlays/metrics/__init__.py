"""CloudWatch: what a metric is, and which values a query reads."""
