"""Questions to an engine of another make: any SPARQL 1.1 endpoint that holds our releases, and perhaps other data.

Each release stands there under names of its own (``naming``), so that several can be asked and a switch moves no data.
A question is checked here (``checking``), told in those names (``rewriting``), sent with the dataset of its release to
one of the replicas (``replicas``, ``client``), and its answer is told in our names again (``replies``).
"""
