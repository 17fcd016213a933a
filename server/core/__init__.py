"""What pages and APIs share: request context, HTTP, languages, SPARQL protocol, addresses, errors."""
