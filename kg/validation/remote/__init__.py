"""Validation of what a SPARQL endpoint holds: relations as SPARQL."""
