"""What means are worth at prices, and the bound that any prices prove."""

from dataclasses import dataclass

import numpy as np

from pollready.engine.allocation_frame import Floats, Frame
from pollready.engine.allocation_layout import OUT_OF_REACH

NEVER = 1e300  # price of what nothing reaches; only options that do not need it are left


@dataclass(frozen=True, slots=True)
class Aim:
    """What a program makes the most of: `saves` x what is saved - `penalty` x floors' relaxation.

    Each floor's relaxation is a share of what it asks; together they are at most `relaxation`.
    """

    saves: float
    penalty: float
    relaxation: float


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more of each row would gain: all at least 0.

    Attributes
    ----------
    supply : float64[n_supplies]
    floor : float64[n_floors]
        What it would gain to ask one less.
    relaxation, money : float
    pair : float64[n_pairs]
        What it is worth to a point that an upgrade is made.
    """

    supply: Floats
    floor: Floats
    relaxation: float
    money: float
    pair: Floats


@dataclass(frozen=True, eq=False)
class Valued:
    """A problem at prices.

    Attributes
    ----------
    prices : Prices
    worth : float64[n]
        Of each option: what it saves and counts for floors, less the price of what it takes.
    best : float64[n_groups]
        Of each point's options, or 0 for none of them.
    bound : float
        What no plan exceeds in what is aimed at.
    """

    prices: Prices
    worth: Floats
    best: Floats
    bound: float

    def loss(self, frame: Frame) -> Floats:
        """Give for each option by how much the bound falls if it is chosen, float64[n]."""
        return np.asarray(self.best[frame.group] - self.worth)

    def arc_loss(self, frame: Frame) -> Floats:
        """Give for each arc by how much the bound falls for a unit on it, float64[n_arcs]."""
        supply, layout = self.prices.supply, frame.layout
        return supply[layout.arc_supply] - cell_prices(frame, supply)[layout.arc_cell]


def cell_prices(frame: Frame, supply: Floats) -> Floats:
    """Give what a unit costs in each cell: as much as in the cheapest supply that reaches it.

    One more at the end stands for what is out of reach.
    """
    cell = np.full(frame.layout.n_cells + 1, NEVER)
    np.minimum.at(cell, frame.layout.arc_cell, supply[frame.layout.arc_supply])
    return cell


def value(frame: Frame, aim: Aim, prices: Prices) -> Valued:
    """Value all options at prices, and prove the bound.

    Relaxing every row but that of one option a point, at any prices of at least 0, gives no less
    than the best plan (Lagrange; A. M. Geoffrion, 1974); at those of the linear program it gives
    its optimum. Units flow freely where a cell pays what its cheapest supply asks.
    """
    cell = cell_prices(frame, prices.supply)
    worth = aim.saves * frame.saves - prices.money * frame.cost
    for kind in range(frame.units.shape[1]):
        price = cell[frame.cell[:, kind]]
        price[frame.cell[:, kind] == OUT_OF_REACH] = 0.0
        worth -= frame.units[:, kind] * price[frame.group]
    if len(prices.floor):
        worth += frame.weights @ prices.floor
    if len(prices.pair):
        worth -= frame.pairs @ prices.pair
    best = np.maximum.reduceat(worth, frame.first[:-1]) if len(worth) else np.zeros(0)
    best[~frame.required] = np.maximum(best[~frame.required], 0.0)
    bound = best.sum() + prices.supply @ frame.layout.supply + _of_rest(frame, aim, prices, cell)
    return Valued(prices, worth, best, float(bound))


def _of_rest(frame: Frame, aim: Aim, prices: Prices, cell: Floats) -> float:
    """Give what money, upgrades and floors add to the bound."""
    made = frame.upgrading
    gain = np.bincount(frame.pair_of, weights=prices.pair, minlength=len(made.cost))
    unreached = np.where(made.cell == OUT_OF_REACH, 0.0, cell[made.cell])
    gain = gain - (made.units * unreached).sum(axis=1) - prices.money * made.cost
    upgrades = np.where(gain > 0, made.upper, made.lower) @ gain
    of_relaxing = prices.floor * frame.asked - prices.relaxation - aim.penalty
    relaxed = np.maximum(of_relaxing, 0.0).sum()
    if prices.relaxation:
        relaxed += prices.relaxation * aim.relaxation
    money = prices.money * frame.problem.money if prices.money else 0.0
    return float(upgrades + relaxed + money - prices.floor @ frame.asked)


def first_prices(frame: Frame, turns: int = 30, most: int = 1000) -> Prices:
    """Guess one price a kind: raised while points would take more than there is, else lowered.

    Looks at `most` points at most, evenly picked, against their share of the stock.
    """
    step = max(len(frame.point) // most, 1)
    rows = np.nonzero((np.arange(len(frame.point)) % step == 0)[frame.group])[0]
    _, first = np.unique(frame.group[rows], return_index=True)
    units, saves = frame.units[rows].astype(np.float64), frame.saves[rows]
    kinds = _kinds_of_supplies(frame)
    stock = np.bincount(kinds, weights=frame.layout.supply, minlength=units.shape[1])
    share = np.maximum(stock / step, 1.0)
    needed = units.sum(axis=1)
    each = saves.sum() / max(needed.sum(), 1.0)
    price = np.full(units.shape[1], each)
    for turn in range(turns if len(rows) else 0):
        worth = saves - units @ price
        best = np.maximum.reduceat(worth, first)
        taken = (worth == np.repeat(best, np.diff(np.append(first, len(rows))))) & (worth > 0)
        demand = units[taken].sum(axis=0)
        price = price * np.clip((demand + 1) / (share + 1), 0.3, 3.0) ** (0.5 / (1 + turn / 8))
    n_floors, n_pairs = len(frame.asked), len(frame.pair_of)
    return Prices(price[kinds], np.zeros(n_floors), 0.0, 0.0, np.zeros(n_pairs))


def _kinds_of_supplies(frame: Frame) -> np.ndarray:
    kinds = np.zeros(len(frame.layout.supply), dtype=np.int64)
    source, kind = np.nonzero(frame.layout.supply_of != OUT_OF_REACH)
    kinds[frame.layout.supply_of[source, kind]] = kind
    return kinds
