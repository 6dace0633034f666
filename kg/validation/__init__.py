"""Shapes against the dataset: engines that give results, and where in the facts a result belongs."""
