"""The page of a resource: its statements, its position in the hierarchy, and the evidence of each statement."""
