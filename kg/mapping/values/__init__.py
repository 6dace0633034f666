"""Reads the texts that values are written in: times, counts, coordinates, literals. Pure functions."""
