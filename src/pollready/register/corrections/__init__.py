"""Correcting the register: what people claim, prove, resolve and decide, and undo again."""
