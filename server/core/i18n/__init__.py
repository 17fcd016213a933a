"""Words and figures of the pages, in the reader's language."""
