"""What a search is made of: what is sought, the indexes that are open, and what was found as a page shows it."""
