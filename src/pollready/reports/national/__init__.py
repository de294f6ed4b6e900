"""Packages of provinces: written, signed, carried on a stick, taken in, and added up."""
