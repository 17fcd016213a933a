"""How machines find out what is here: links in headers and pages, descriptions, lists of addresses."""
