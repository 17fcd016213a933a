"""External engines: any SPARQL 1.1 endpoint that holds our releases, and perhaps other data.

Each release has names of its own there (``graph_names``), so that several can be queried and a switch moves no data.
A question is checked here (``validation``) and rewritten to those names (``rewriting``). It is sent with the dataset of
its release to a replica (``replicas``, ``client``). The answer gets our names again (``responses``).
"""
