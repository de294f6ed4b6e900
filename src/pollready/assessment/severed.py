"""Which components cannot work, whatever else does: all their ways up are known to be gone."""

from pollready.assessment.reading import Register
from pollready.engine.expression import (
    All,
    Any,
    AtLeast,
    Constant,
    Expression,
    ExpressionError,
    Leaf,
    Ride,
    leaves,
    parse,
)


def severed(register: Register) -> frozenset[str]:
    """Give the components whose needs are false, and those that rest on nothing but such."""
    texts = (register.depends_on, register.protection)
    first = [code for some in texts for code, text in some.items() if "false" in text]
    if not first:
        return frozenset()
    ways = {code: _ways(code, register) for some in texts for code in some}
    users: dict[str, set[str]] = {}
    for code, own in ways.items():
        for way in own:
            for leaf in leaves(way) if way is not None else ():
                users.setdefault(leaf, set()).add(code)
    gone: set[str] = set()
    waiting = list(first)
    while waiting:
        code = waiting.pop()
        if code in gone or any(way is None or _can_hold(way, gone) for way in ways[code]):
            continue
        gone.add(code)
        waiting.extend(users.get(code, ()))
    return frozenset(gone)


def _ways(code: str, register: Register) -> list[Expression | None]:
    """Read a component's ways up; None where nobody can: it may well be there."""
    found: list[Expression | None] = []
    for texts in (register.depends_on, register.protection):
        if code in texts:
            try:
                found.append(parse(texts[code]))
            except ExpressionError:
                found.append(None)
    return found


def _can_hold(expression: Expression, gone: set[str]) -> bool:
    """Tell whether it holds while everything but what is gone works; gone is for good."""
    match expression:
        case Leaf(id=code):
            return code not in gone
        case Constant(holds=holds):
            return holds
        case All(children=parts):
            return all(_can_hold(part, gone) for part in parts)
        case Any(children=parts):
            return any(_can_hold(part, gone) for part in parts)
        case AtLeast(k=k, children=parts):
            return sum(_can_hold(part, gone) for part in parts) >= k
        case Ride(main=main):
            return _can_hold(main, gone)
