"""The build: from files to a release, by rules, checks and shapes."""
