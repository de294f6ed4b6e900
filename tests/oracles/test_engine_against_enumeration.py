"""The engine beside exhaustive enumeration on thousands of small random networks."""

import random
from collections import Counter

from tests.oracles.engine_comparison import differences
from tests.oracles.engine_networks import (
    draw,
    has_k_of_n,
    has_nested_ride,
    has_partial_reach,
    shared_names,
)

NETWORKS = 2000


def test_contingencies_and_probabilities_equal_enumeration_on_two_thousand_networks(capsys):
    random_ = random.Random(20240628)
    counts: Counter[str] = Counter()
    shares: Counter[str] = Counter()
    for _ in range(NETWORKS):
        small = draw(random_)
        assert 8 <= len(small.components) <= 14
        shares["k of n"] += has_k_of_n(small)
        shares["nested ride"] += has_nested_ride(small)
        shares["group with reach"] += has_partial_reach(small)
        shares["shared"] += any(name in small.components for name in shared_names(small))
        assert differences(small, counts, max_states=8000) == []
    with capsys.disabled():
        print(f"\n{dict(counts)}; networks having {dict(shares)}")
    assert counts["networks"] == NETWORKS
    assert min(shares[sort] for sort in shares) >= 0.3 * NETWORKS
    assert len(shares) == 4
    assert counts["contingencies"] > 400_000
    assert counts["probabilities"] > 12_000
