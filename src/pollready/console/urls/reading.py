"""Addresses of what everybody reads: overview, stations, causes."""

from django.urls import URLPattern, path

from pollready.console.views import overview, stations
from pollready.console.views.language import switch_language
from pollready.console.views.round import choose_round

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("stations/<int:listing_id>/", stations.station_page, name="station"),
    path("language/", switch_language, name="language"),
    path("round/", choose_round, name="round"),
]
