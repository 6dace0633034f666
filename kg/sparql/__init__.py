"""SPARQL over the columns: queries are compiled to SQL, run by DuckDB, and what cannot be compiled says so."""
