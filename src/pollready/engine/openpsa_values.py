"""Numbers of an Open-PSA file: constant expressions and parameters."""

import math
from collections.abc import Callable

from pollready.engine.openpsa_elements import Element

_FUNCTIONS: dict[str, tuple[int, Callable[[list[float]], float]]] = {
    "add": (0, sum),
    "sub": (0, lambda each: each[0] - sum(each[1:])),
    "mul": (0, math.prod),
    "div": (0, lambda each: each[0] / math.prod(each[1:])),
    "min": (0, min),
    "max": (0, max),
    "mean": (0, lambda each: sum(each) / len(each)),
    "neg": (1, lambda each: -each[0]),
    "abs": (1, lambda each: abs(each[0])),
    "exp": (1, lambda each: math.exp(each[0])),
    "log": (1, lambda each: math.log(each[0])),
    "log10": (1, lambda each: math.log10(each[0])),
    "sqrt": (1, lambda each: math.sqrt(each[0])),
    "pow": (2, lambda each: math.pow(each[0], each[1])),
    # rate and time: the probability of having failed by then
    "exponential": (2, lambda each: -math.expm1(-each[0] * each[1])),
}
_REMARKS = ("label", "attributes")
_MAX_DEPTH = 150  # of expressions, through parameters, too


class Values:
    """Evaluates expressions; each parameter once."""

    def __init__(self, parameters: dict[str, Element], mission_time: float | None) -> None:
        self.parameters = parameters
        self.mission_time = mission_time
        self.known: dict[str, float] = {}
        self.entered: list[str] = []
        self.depth = 0

    def probability(self, event: Element) -> float:
        """Give the probability of a basic event, NaN where the file says none."""
        parts = [child for child in event.children if child.tag not in _REMARKS]
        if not parts:
            return math.nan
        if len(parts) > 1:
            raise event.error("one-expression-expected", event.name())
        value = self.value(parts[0])
        if not 0.0 <= value <= 1.0:
            raise parts[0].error("no-probability", f"{event.name()} = {value:g}")
        return value

    def value(self, element: Element) -> float:
        """Evaluate an expression; raises `OpenPsaError`."""
        if self.depth >= _MAX_DEPTH:
            raise element.error("too-deep", f"{_MAX_DEPTH}")
        self.depth += 1
        result = self._value(element)
        self.depth -= 1
        return result

    def _value(self, element: Element) -> float:
        tag = element.tag
        if tag in ("float", "int"):
            return self._literal(element)
        if tag == "parameter":
            return self._parameter(element)
        if tag == "pi":
            return math.pi
        if tag == "system-mission-time":
            if self.mission_time is None:
                raise element.error("mission-time-needed")
            return self.mission_time
        if tag not in _FUNCTIONS:
            raise element.error("unsupported")
        wanted, function = _FUNCTIONS[tag]
        inputs = [self.value(child) for child in element.children]
        if not inputs or (wanted and len(inputs) != wanted):
            raise element.error("wrong-number-of-inputs")
        try:
            result = function(inputs)
        except (ArithmeticError, ValueError):
            result = math.nan
        if not math.isfinite(result):
            raise element.error("no-number", tag)
        return result

    def _literal(self, element: Element) -> float:
        text = element.attributes.get("value", "").strip()
        try:
            value = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise element.error("no-number", text)
        return value

    def _parameter(self, element: Element) -> float:
        name = element.name()
        if name in self.known:
            return self.known[name]
        definition = self.parameters.get(name)
        if definition is None:
            raise element.error("undefined", name)
        if name in self.entered:
            raise element.error("circle", " → ".join([*self.entered[-20:], name]))
        parts = [child for child in definition.children if child.tag not in _REMARKS]
        if len(parts) != 1:
            raise definition.error("one-expression-expected", name)
        self.entered.append(name)
        self.known[name] = self.value(parts[0])
        self.entered.pop()
        return self.known[name]
