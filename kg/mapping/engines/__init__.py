"""What runs a mapping: row by row, the reference; over whole columns with DuckDB or Spark."""
