"""Documents for a word processor, over python-docx: written, and read back by their tags."""
