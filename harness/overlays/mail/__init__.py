"""E-mail that SES and SNS send: one inbox."""
