"""Views: what they declare, asked of a store, as a property graph."""
