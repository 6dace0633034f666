"""Where a built dataset lives: generations on disk, the embedded store, the index of places."""
