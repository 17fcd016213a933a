"""What stands before Flask: the interface to granian, the cache of finished responses, the access log, metrics."""
