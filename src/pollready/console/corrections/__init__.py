"""Corrections in words: forms, claims side by side, history, the audit log."""
