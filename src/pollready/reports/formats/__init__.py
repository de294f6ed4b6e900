"""The formats in which the one content of a report is laid out."""
