"""Push: a release goes from the shelf into an engine of another make, graph by graph, and is marked when it is whole.

Nothing of it is answered from before the mark is there, and nothing that is not of the release is touched. What was
sent before a push broke off is not sent again; a chunk that was sent half is, which does no harm: graphs are sets.
"""
