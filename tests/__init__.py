"""The tests: a package of its own, as Ciw installs one of the same name that would stand before."""
