"""Reviews of counties: a pack that each gets, its answers item by item, its signature."""
