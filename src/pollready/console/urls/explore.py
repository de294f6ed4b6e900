"""Addresses for exploring failures, and of a station's dependency picture."""

from django.urls import URLPattern, path

from pollready.console.views import explore, picture, prepared

urlpatterns: list[URLPattern] = [
    path("explore/", explore.explore, name="explore"),
    path("explore/result/", explore.explore_result, name="explore-result"),
    path("explore/stations/", explore.explore_stations, name="explore-stations"),
    path("explore/singles/", prepared.singles_page, name="explore-singles"),
    path("explore/pairs/", prepared.pairs_page, name="explore-pairs"),
    path("explore/worst/", prepared.worst_page, name="explore-worst"),
    path("explore/distribution/", prepared.distribution_page, name="explore-distribution"),
    path("stations/<int:listing_id>/picture/", picture.station_picture, name="station-picture"),
]
