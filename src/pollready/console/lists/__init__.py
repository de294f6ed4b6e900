"""Lists: described once, shown as a page, kept as a view, exported as shown, selected from."""
