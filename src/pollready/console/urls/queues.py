"""Addresses of queues: the list, one station, the morning surge, the next day."""

from django.urls import URLPattern, path

from pollready.console.views import lists, queue_exports, queues

urlpatterns: list[URLPattern] = [
    path("queues/", lists.queue_list, name="queues"),
    path("queues/stations/<int:listing_id>/", queues.queue_station, name="queue-station"),
    path(
        "queues/stations/<int:listing_id>/export/",
        queue_exports.queue_station_export,
        name="queue-station-export",
    ),
    path("queues/morning/", queues.queues_morning, name="queues-morning"),
    path("queues/moves/", queues.queues_moves, name="queues-moves"),
    path("queues/next-day/", queues.queues_next_day, name="queues-next-day"),
    path(
        "queues/morning/export/", queue_exports.queues_morning_export, name="queues-morning-export"
    ),
    path("queues/moves/export/", queue_exports.queues_moves_export, name="queues-moves-export"),
    path(
        "queues/next-day/export/",
        queue_exports.queues_next_day_export,
        name="queues-next-day-export",
    ),
]
