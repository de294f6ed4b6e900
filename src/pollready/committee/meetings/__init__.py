"""Meetings: agenda from the state, views, suggestions, decisions, and minutes that are signed."""
