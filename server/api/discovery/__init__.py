"""Discovery by machines: links in headers and pages, descriptions, lists of addresses."""
