"""Shared parts of pages and APIs: request context, HTTP, languages, SPARQL protocol, addresses, errors."""
