"""Addresses of queues: the list, one station, the morning surge, the next day."""

from django.urls import URLPattern, path

from pollready.console.views import lists, queues

urlpatterns: list[URLPattern] = [
    path("queues/", lists.queue_list, name="queues"),
    path("queues/stations/<int:listing_id>/", queues.queue_station, name="queue-station"),
    path("queues/morning/", queues.queues_morning, name="queues-morning"),
    path("queues/next-day/", queues.queues_next_day, name="queues-next-day"),
]
