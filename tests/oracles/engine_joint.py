"""The joint distribution of what falls, by going through every state of a small network."""

from math import prod

import numpy as np

from tests.oracles.engine_enumeration import FOR_GOOD, States, asked_times, behind, intervals
from tests.oracles.engine_networks import Small, shared_names


class Joint:
    """Every state with its probability, and what is below in it: points, voters, without."""

    def __init__(self, small: Small, level: str, failed: bool, private_works: bool) -> None:
        self.small, self.failed, self.private_works = small, failed, private_works
        self.axes, self.columns = axes_of(small, failed, private_works)

    @property
    def size(self) -> int:
        return prod(len(axis) for axis in self.axes)

    def tables(self, level: str) -> tuple[np.ndarray, np.ndarray]:
        """Give chance[n_states], and [n_states, 3] points, voters, points without voters.

        Points that are below in every state are left out.
        """
        values = np.meshgrid(*[[v for v, _ in axis] for axis in self.axes], indexing="ij")
        chance = np.ones([len(axis) for axis in self.axes])
        for at, axis in enumerate(self.axes):
            shape = [1] * len(self.axes)
            shape[at] = len(axis)
            chance = chance * np.reshape([p for _, p in axis], shape)
        states = States(self.small, chance.size)
        for column, value in zip(self.columns, values, strict=True):
            if isinstance(column, tuple):
                states.hit[column] = value.ravel() > 0
            else:
                states.hours[column] = value.ravel()
        counted = np.zeros((chance.size, 3))
        for point, (voters, _) in self.small.points.items():
            below = ~states.at_least(point, level)
            if not below.all():
                counted += np.outer(below, [1, voters or 0, voters is None])
        return chance.ravel(), counted


def axes_of(small: Small, failed: bool, private_works: bool):
    """List for each element and hit behind any point its values with their probabilities."""
    cone = set().union(*(behind(small, point) for point in small.points))
    groups = [g for g in small.groups if cone & set(small.groups[g].members)]
    shared = set(shared_names(small))
    axes, columns = [], []
    for name in [*sorted(cone), *groups]:
        part = small.components.get(name) or small.groups[name]
        times = set().union(*(asked_times(small, point)[name] for point in small.points))
        columns.append(name)
        if part.unknown:
            axes.append([(FOR_GOOD if failed else -1.0, 1.0)])
        elif private_works and name not in shared:
            axes.append([(-1.0, 1.0)])
        else:
            axes.append(intervals(part.q, part.mttr_h, times))
    for g in groups:
        reach = small.groups[g].reach
        for member in sorted(cone & set(small.groups[g].members)):
            columns.append((g, member))
            axes.append([(1.0, reach), (0.0, 1 - reach)] if reach < 1 else [(1.0, 1.0)])
    return axes, columns
