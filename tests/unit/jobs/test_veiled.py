"""An error of the network names masks to who may not see names."""

import pytest

from pollready.engine.faults import CountOutOfRange, CyclicDependency, InvalidNetwork, UnknownId
from pollready.jobs.veiled import veiled
from pollready.language import message

FAULTS = InvalidNetwork(
    (
        CyclicDependency(("QZV CORE 1", "QZV-2", "QZV CORE 1")),
        UnknownId("component QZV CORE 1", "QZV-3"),
        CountOutOfRange("QZV CORE 1", 5, 2),
    )
)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_name_in_an_error_is_masked_and_its_words_stay(language):
    def masked(code: str) -> str:
        return {"QZV CORE 1": "#A", "QZV-2": "#B", "QZV-3": "#C"}[code]

    plain, hidden = message(FAULTS, language), message(veiled(FAULTS, masked), language)
    assert "QZV" in plain
    assert "QZV" not in hidden
    for name, mask in (("QZV CORE 1", "#A"), ("QZV-2", "#B"), ("QZV-3", "#C")):
        plain = plain.replace(name, mask)
    assert hidden == plain
