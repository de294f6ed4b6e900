"""What lists said of lots until now becomes the first entries of the ledger; depots name counties."""

from django.db import migrations
from django.utils import timezone

COUNTS = ("pledged", "delivered", "tested", "deployed")
COUNTY = 2


def begin_ledger(apps, schema_editor):
    """Write one entry for each count that a list gave, at the time when the list came."""
    lots = apps.get_model("pollready", "ResourceLot").objects.select_related("source")
    entries = apps.get_model("pollready", "LotEntry").objects
    counties = _counties(apps)
    made = []
    for lot in lots.order_by("pk").iterator(chunk_size=2000):
        made += [
            entries.model(
                lot_id=lot.pk, kind="listed", account=name, count=getattr(lot, name),
                speaker="list", source_id=lot.source_id, sheet=lot.sheet, row=lot.row,
                said_at=lot.source.received_at or timezone.now(),
            )
            for name in COUNTS
            if getattr(lot, name) is not None
        ]  # fmt: skip
        county = _named_in(lot.depot, counties)
        if county is not None:
            lots.filter(pk=lot.pk).update(county_id=county)
    entries.bulk_create(made, batch_size=500)


def _counties(apps):
    """Give the counties by folded name; of two with one name, none."""
    found = {}
    for pk, key in (
        apps.get_model("pollready", "Place").objects.filter(level=COUNTY).values_list("pk", "key")
    ):
        found[key] = None if key in found else pk
    return found


def _named_in(depot, counties):
    from pollready.language import fold

    words = f" {fold(depot)} "
    named = [
        (words.index(f" {key} "), -len(key), key) for key in counties if key and f" {key} " in words
    ]
    return counties[min(named)[2]] if named else None


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0029_meetings_and_their_minutes"),
    ]

    operations = [migrations.RunPython(begin_ledger, migrations.RunPython.noop)]
