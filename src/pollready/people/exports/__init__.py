"""Exports of what is classified, where a second person must approve them."""
