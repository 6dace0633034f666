"""
A language model as an engine, for those who have one: it points at passages, and code makes facts of what it points at.

The model returns surface strings and quotes only. Offsets, ids, dates and numbers are computed here, and what it says
without a quote that stands in the report is no proposal, whatever the report told it to say.
"""
