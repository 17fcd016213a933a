"""Push: a release goes from the release store into an external engine, graph by graph, and is marked when complete.

Queries are answered from it only after it is marked, and nothing outside the release is touched. A push that was
interrupted continues; a chunk that was sent in part is sent again, which is safe since graphs are sets.
"""
