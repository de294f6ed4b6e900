"""Waiting before devices in the long run: the M/M/c queue in closed form.

What a day that never settles comes to is in `time_varying_queue`.
"""

from math import inf


def erlang_c(servers: int, load: float) -> float:
    """Give the probability that an arrival has to wait in an M/M/c queue.

    Parameters
    ----------
    servers
        Number of devices, at least 1.
    load
        Offered load in erlang: arrivals per hour times mean service hours, not negative.

    Returns
    -------
    float
        Probability in [0, 1]; 1 where the load is not below the number of servers.

    Raises
    ------
    ValueError
        If `servers` < 1 or `load` < 0.

    Notes
    -----
    By the recurrence of Erlang B, ``B(0) = 1``, ``B(c) = a B(c-1) / (c + a B(c-1))``, which
    neither overflows nor cancels, and ``C = B / (1 - (a / c) (1 - B))``. Source: Cooper,
    Introduction to Queueing Theory, 2nd ed., section 3.

    Examples
    --------
    >>> round(erlang_c(1, 0.5), 12)  # one server waits with the load's probability
    0.5
    """
    if servers < 1 or load < 0:
        raise ValueError(f"servers={servers}, load={load}: needs servers >= 1 and load >= 0")
    if load >= servers:
        return 1.0
    blocking = 1.0
    for count in range(1, servers + 1):
        blocking = load * blocking / (count + load * blocking)
    return blocking / (1.0 - load / servers * (1.0 - blocking))


def mean_wait_min(servers: int, arrivals_per_h: float, service_min: float) -> float:
    """Give the mean wait in minutes of an M/M/c queue; infinite where it never settles.

    Parameters
    ----------
    servers
        Number of devices, at least 1.
    arrivals_per_h
        Arrivals per hour, not negative.
    service_min
        Mean service time in minutes, positive.

    Returns
    -------
    float
        ``C(c, a) * service / (c - a)`` in minutes.

    Raises
    ------
    ValueError
        As `erlang_c`, or if `service_min` is not positive.

    Examples
    --------
    >>> round(mean_wait_min(1, 20, 1.5), 12)  # M/M/1: rho / (1 - rho) * service = 1.5
    1.5
    """
    if service_min <= 0:
        raise ValueError(f"service_min={service_min}: needs to be positive")
    load = arrivals_per_h / 60 * service_min
    waits = erlang_c(servers, load)
    return inf if load >= servers else waits * service_min / (servers - load)
