"""
SPARQL over the columns: queries are compiled to SQL, run by DuckDB, and what cannot be compiled says so.

Each module says in its first lines which clause of the standard it implements;
docs/explanation/how-a-query-is-compiled.md has them all as a table.

Spec: https://www.w3.org/TR/sparql11-query/
"""
