"""HTTP by the standards: entity tags, ranges, content codings, freshness."""
