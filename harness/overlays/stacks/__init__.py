"""CloudFormation: which resource types a template may have."""
