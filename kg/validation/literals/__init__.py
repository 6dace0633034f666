"""Literals as SHACL sees them: their lexical forms, their order, and the patterns they match."""
