"""Texts and numbers of the pages, in the reader's language."""
