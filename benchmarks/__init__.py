"""Measurements beside peers; `make bench` runs them, and fails on nothing."""
