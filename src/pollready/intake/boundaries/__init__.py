"""Borders of counties and districts: reading GeoJSON, matching to places, keeping."""
