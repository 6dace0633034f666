"""Mappings as plans over whole tables: compiled by trying the row-at-a-time reference on what the cells can say."""
