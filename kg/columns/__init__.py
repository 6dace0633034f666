"""The dataset as columns: a dictionary of terms that keeps what was written, and triples as numbers, in DuckDB."""
