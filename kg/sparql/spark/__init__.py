"""Compiled queries on Spark: the SQL that DuckDB is given, said so that Spark means the same by it."""
