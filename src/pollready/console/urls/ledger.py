"""Addresses of the ledger of means and people."""

from django.urls import URLPattern, path

from pollready.console.views import attached_withdrawal, ledger, ledger_export, ledger_writing

urlpatterns: list[URLPattern] = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/lots/", ledger.ledger_lots, name="ledger-lots"),
    path("ledger/export/", ledger_export.ledger_export, name="ledger-export"),
    path("ledger/new/", ledger_writing.lot_new, name="lot-new"),
    path("ledger/<int:lot_id>/", ledger.lot_page, name="lot"),
    path("ledger/<int:lot_id>/move/", ledger_writing.lot_move, name="lot-move"),
    path("ledger/<int:lot_id>/count/", ledger_writing.lot_count, name="lot-count"),
    path("ledger/<int:lot_id>/settle/", ledger_writing.lot_settle, name="lot-settle"),
    path("ledger/entries/<int:entry_id>/correct/", ledger_writing.lot_correct, name="lot-correct"),
    path(
        "ledger/entries/<int:entry_id>/evidence/", ledger_writing.lot_evidence, name="lot-evidence"
    ),
    path("ledger/evidence/<int:note_id>/", ledger.lot_note, name="lot-note"),
    path(
        "ledger/evidence/<int:note_id>/withdraw/",
        attached_withdrawal.lot_note_withdraw,
        name="lot-note-withdraw",
    ),
]
