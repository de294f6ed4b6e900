"""The API: what the console reads, for other programs, with the same scope, class and masks."""
