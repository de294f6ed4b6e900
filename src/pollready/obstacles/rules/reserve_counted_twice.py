"""The same serial numbers in two lots of the ledger."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, LotFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.reserves import serials
from pollready.obstacles.thresholds import Thresholds

CODE = "reserve_counted_twice"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each pair of lots that share serial numbers."""
    first_lot: dict[str, LotFacts] = {}
    shared: dict[tuple[int, int], tuple[LotFacts, LotFacts, int]] = {}
    for lot in facts.lots:
        for serial in sorted(serials(lot)):
            earlier = first_lot.setdefault(serial, lot)
            if earlier is not lot:
                key = (id(earlier), id(lot))
                count = shared.get(key, (earlier, lot, 0))[2]
                shared[key] = (earlier, lot, count + 1)
    for earlier, lot, count in shared.values():
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=f"{earlier.agency}|{lot.agency}|{lot.kind}|{earlier.depot}|{lot.depot}",
            owner=lot.agency,
            fields={
                "kind": lot.kind,
                "first": earlier.depot or earlier.agency,
                "second": lot.depot or lot.agency,
                "serials": count,
            },
            evidence=(earlier.evidence, lot.evidence),
        )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="headquarters",
    severities=(Severity.MODERATE,),
    thresholds=(),
    check=check,
)
