"""Addresses of allocation: plans, decisions beforehand."""

from django.urls import URLPattern, path

from pollready.console.views import allocation_decisions, allocation_writing, allocations

urlpatterns: list[URLPattern] = [
    path("allocations/", allocations.allocations, name="allocations"),
    path("allocations/new/", allocation_writing.allocation_new, name="allocation-new"),
    path("allocations/weigh/", allocation_writing.allocation_weigh, name="allocation-weigh"),
    path("allocations/compare/", allocations.allocation_compare, name="allocation-compare"),
    path(
        "allocations/decisions/station/",
        allocation_decisions.decision_station,
        name="allocation-decision-station",
    ),
    path(
        "allocations/decisions/kept/",
        allocation_decisions.decision_kept,
        name="allocation-decision-kept",
    ),
    path(
        "allocations/decisions/<int:fixed_id>/withdraw/",
        allocation_decisions.decision_withdraw,
        name="allocation-decision-withdraw",
    ),
    path("allocations/<int:plan_id>/", allocations.allocation, name="allocation"),
    path(
        "allocations/<int:plan_id>/again/",
        allocation_writing.allocation_again,
        name="allocation-again",
    ),
    path(
        "allocations/<int:plan_id>/accept/",
        allocation_writing.allocation_accept,
        name="allocation-accept",
    ),
    path(
        "allocations/<int:plan_id>/export/",
        allocations.allocation_export,
        name="allocation-export",
    ),
]
