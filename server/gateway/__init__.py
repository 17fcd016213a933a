"""The gateway before Flask: interface to granian, response cache, SPARQL queries, limits, access log, metrics."""
