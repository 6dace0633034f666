"""Shapes graphs: read into typed constraints, and shown as pages."""
