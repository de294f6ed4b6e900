"""What can be told of two requirements from their form alone."""

from pollready.engine.expression import All, Any, Constant, Expression, Ride


def asks_more(lower: Expression, upper: Expression) -> bool:
    """Tell whether `lower` holds only where `upper` does, and is not the same.

    Constants are left out: "no order for paper exists" is `false`, which is no fault.

    Examples
    --------
    >>> from pollready.engine.expression import parse
    >>> asks_more(parse("a & b"), parse("a")), asks_more(parse("a"), parse("a & b"))
    (True, False)
    """
    if isinstance(lower, Constant) or isinstance(upper, Constant):
        return False
    # Levels are mostly in order, and that is shown sooner than the contrary is given up.
    return not implies(upper, lower) and implies(lower, upper)


def implies(strong: Expression, weak: Expression) -> bool:
    """Show from the form that `strong` holds only where `weak` does; False means not shown."""
    if strong == weak:
        return True
    if isinstance(strong, Any):
        return all(implies(child, weak) for child in strong.children)
    if isinstance(weak, All):
        return all(implies(strong, child) for child in weak.children)
    if isinstance(strong, All) and any(implies(child, weak) for child in strong.children):
        return True
    if isinstance(weak, Any) and any(implies(strong, child) for child in weak.children):
        return True
    return isinstance(weak, Ride) and implies(strong, weak.main)
