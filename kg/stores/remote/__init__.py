"""
A store behind a SPARQL 1.1 endpoint: queries, loads in batches, and a mark that says how far a load has come.

Spec: https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-update/
"""
