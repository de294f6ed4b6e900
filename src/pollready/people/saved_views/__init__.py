"""Views of lists that people keep: filters, sorting and columns under a name."""
