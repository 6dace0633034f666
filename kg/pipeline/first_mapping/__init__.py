"""A table's header and first rows → a first mapping of it: what `kg init --from` writes."""
