"""Pages about releases: contents, status, changes, files, and addresses that pin a release."""
