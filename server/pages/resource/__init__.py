"""The page of a thing: what is said of it, where it stands, and what vouches for each statement."""
