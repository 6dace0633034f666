"""Constraints that are queries: SPARQL with pre-bound variables, once over all focus nodes."""
