"""Addresses of the map and of the borders on it."""

from django.urls import URLPattern, path

from pollready.console.views import boundaries, map_data
from pollready.console.views import map as map_views

urlpatterns: list[URLPattern] = [
    path("map/", map_views.map_page, name="map"),
    path("map/data/", map_data.map_data, name="map-data"),
    path("map/card/", map_views.map_card, name="map-card"),
    path("map/lines/", map_data.map_lines, name="map-lines"),
    path("boundaries/", boundaries.boundaries, name="boundaries"),
    path("boundaries/upload/", boundaries.upload, name="boundaries-upload"),
]
