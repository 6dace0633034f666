"""Talking to a SPARQL 1.1 endpoint over HTTP: who asks, how often, how long, and in plain words what goes wrong."""
