"""HTTP as the standards have it: tags, ranges, codings, how long a response may be kept."""
