"""Mappings of tables: facts entries with holes, what a row puts into them, and what that says."""
