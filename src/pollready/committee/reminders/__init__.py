"""Reminders: what is due soon or overdue, told once to each account concerned."""
