"""From a template to a stack."""
