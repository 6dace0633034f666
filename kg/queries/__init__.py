"""Named queries: files with a header, their parameters, and what they answer."""
