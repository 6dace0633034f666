"""Records and the ontology → quads with their places: the one step that knows what a key means."""
