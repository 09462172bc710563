"""DynamoDB without Java: moto in the place of DynamoDB Local."""
