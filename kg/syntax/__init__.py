"""Where each triple stands in an RDF file. Read when there are findings; the file itself is parsed faster elsewhere."""
