"""Reconciliation: which resources of the graph the names in a table of others mean.

The protocol is in ``server/api/reconcile``.
"""
