"""One file a rule; to add one, copy the nearest and list it in `catalogue`."""
