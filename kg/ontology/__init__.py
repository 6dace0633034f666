"""Reads `ontology/*.ttl` into look-ups: classes, properties, keys, ranges, hierarchy."""

from kg.ontology.model import Class, Ontology, Property
from kg.ontology.reader import load_ontology

__all__ = ["Class", "Ontology", "Property", "load_ontology"]
