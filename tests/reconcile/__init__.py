"""A test of conformance to the Reconciliation Service API 0.2, for any service."""
