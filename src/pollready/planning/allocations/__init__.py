"""Allocation plans: who gets which means, so that the fewest voters are affected."""
