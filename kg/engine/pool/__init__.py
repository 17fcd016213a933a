"""The worker pool: queries of clients run in processes that can be killed."""
