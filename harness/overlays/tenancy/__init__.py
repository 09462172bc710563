"""Lambda's tenant isolation: an execution environment serves one tenant and no other."""
