"""Addresses of corrections: claims, evidence, contradictions, orders, history, the log."""

from django.urls import URLPattern, path

from pollready.console.views import (
    bulk,
    contradictions,
    corrections,
    evidence_withdrawal,
    history,
    list_orders,
)

urlpatterns: list[URLPattern] = [
    path("claims/new/<slug:about>/", corrections.claim_new, name="claim-new"),
    path("claims/<int:claim_id>/evidence/", corrections.claim_evidence, name="claim-evidence"),
    path("evidence/<int:evidence_id>/", corrections.evidence, name="evidence"),
    path(
        "evidence/<int:evidence_id>/withdraw/",
        evidence_withdrawal.evidence_withdraw,
        name="evidence-withdraw",
    ),
    path("contradictions/", contradictions.contradictions, name="contradictions"),
    path("contradictions/<slug:about>/", contradictions.contradiction, name="contradiction"),
    path("stations/add/", list_orders.station_add, name="station-add"),
    path("stations/bulk-edit/", bulk.bulk_edit, name="bulk-edit"),
    path(
        "stations/<int:listing_id>/relocate/",
        list_orders.station_relocate,
        name="station-relocate",
    ),
    path("stations/<int:listing_id>/merge/", list_orders.station_merge, name="station-merge"),
    path("stations/<int:listing_id>/cancel/", list_orders.station_cancel, name="station-cancel"),
    path("history/<slug:about>/", history.history, name="history"),
    path("undo/<int:number>/", history.undo_change, name="undo"),
    path("audit/", history.audit, name="audit"),
]
