"""Reconciliation: which things of the graph are meant by the names in somebody else's table.

What is asked and answered here knows nothing of the protocol that carries it; ``server/api/reconcile`` does.
"""
