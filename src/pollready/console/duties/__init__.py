"""Duties as the console shows them: rows, words, forms, the matrix, the calendar."""
