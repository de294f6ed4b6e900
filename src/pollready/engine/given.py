"""A network in which some elements are given to be out for so many hours."""

from collections.abc import Iterable
from dataclasses import replace

from pollready.engine.network import Network


def given_out(network: Network, ids: Iterable[str], hours: float) -> Network:
    """Give the network under the condition that some elements are out, each for just so long.

    Parameters
    ----------
    network : Network
    ids : iterable of str
        Components and groups; a group takes all its members. Ids that are none of the network's
        stand behind none of its points, and change nothing.
    hours : float
        How long they are out, more than 0; infinite: for good. What rides through longer holds.

    Returns
    -------
    Network
        For `reliability.exact` alone, whose probabilities are then conditional: everything else
        still fails by its own chance, independently. The others do not read its durations.

    Raises
    ------
    ValueError
        If `hours` is not more than 0.

    Notes
    -----
    P(given out for at least t) is 1 up to `hours` and 0 after, where the others have
    q exp(-t / mttr): `docs/method/exact-probability.md`. It is written as a duration below 0.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> from pollready.engine.reliability import exact
    >>> builder = NetworkBuilder()
    >>> builder.component("mains", q=0.1, mttr_h=4)
    >>> builder.component("battery", q=0.2)
    >>> builder.point("school", voters=1000,
    ...               services={"admit": {"online": "ride(mains, 4h, battery)"}})
    >>> network = builder.build()
    >>> [exact(given_out(network, ["mains"], hours), "admit", "online").prob("school")
    ...  for hours in (3.9, 4)]
    [0.2, 1.0]
    """
    if not hours > 0:
        raise ValueError(f"what is given out is out for more than 0 hours, not {hours}")
    numbers = [network.element_index[id] for id in ids if id in network.element_index]
    q, mttr_h = network.q.copy(), network.mttr_h.copy()
    unknown, reach = network.unknown.copy(), network.reach.copy()
    q[numbers], mttr_h[numbers], unknown[numbers] = 1.0, -hours, False
    components = len(network.component_ids)
    reach[[number - components for number in numbers if number >= components]] = 1.0
    for array in (q, mttr_h, unknown, reach):
        array.setflags(write=False)
    return replace(network, q=q, mttr_h=mttr_h, unknown=unknown, reach=reach, derived={})
