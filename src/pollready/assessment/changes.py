"""What can be changed in thought: components and what stations have, as frozen changes."""

from dataclasses import dataclass
from datetime import date

from pollready.obstacles.facts import Evidence, Known

WHAT_IF = "what if"  # the source of a claim that nobody made


@dataclass(frozen=True, slots=True)
class AddComponent:
    """A component that is not there yet; what is None or empty is as if nobody said it.

    `serves` names stations, `groups` common causes of which it becomes a member, `depends_on`
    and `protection` its two ways up; without a `tier` its kind decides.
    """

    code: str
    kind: str
    agency: str = ""
    name: str = ""
    county: str = ""
    tier: int | None = None
    unavailability: float | None = None
    mtbf_h: float | None = None
    mttr_h: float | None = None
    depends_on: str = ""
    protection: str = ""
    serves: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    battery_h: float | None = None
    generator: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class RemoveComponent:
    """A component that is gone: whatever named it can rest on it no more."""

    code: str


@dataclass(frozen=True, slots=True)
class ReplaceComponent:
    """Another component in the place of one: what is None stays as it is.

    An empty `depends_on` or `protection` is none; `groups` are all that it then belongs to.
    """

    code: str
    kind: str | None = None
    agency: str | None = None
    tier: int | None = None
    unavailability: float | None = None
    mtbf_h: float | None = None
    mttr_h: float | None = None
    depends_on: str | None = None
    protection: str | None = None
    groups: tuple[str, ...] | None = None
    battery_h: float | None = None
    generator: str | None = None


@dataclass(frozen=True, slots=True)
class RepairComponent:
    """A component put in order: it fails less, is repaired sooner, or rides through longer.

    A battery or generator that is given settles whatever sources said of it.
    """

    code: str
    unavailability: float | None = None
    mttr_h: float | None = None
    battery_h: float | None = None
    generator: str | None = None


@dataclass(frozen=True, slots=True)
class SetClaim:
    """What would be said of one field of a station, instead of all that is said of it now.

    `value` is written as the register keeps it (`good`, `yes`, `4`, `2028-06-01`); None takes
    back what is said. `stop` is the ordinal of a stop, for fields of the stop.
    """

    station: str
    field: str
    value: str | None
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class SetComponentClaim:
    """What would be said of one field of a component, instead of all that is said of it now."""

    component: str
    field: str
    value: str | None


@dataclass(frozen=True, slots=True)
class GiveSecondPath:
    """A second card, or a fixed line, at a station; untested unless `tested_on` says otherwise.

    `operator` is an agency's code or name; `line` (`fibre`, `dsl`, ...) is a fixed line instead.
    `served_by` names what carries it, besides what serves the station already. A day of test is
    the station's own, as in the workbook: the device was tested there with all that it has.
    """

    station: str
    operator: str = ""
    line: str = ""
    signal: str = "good"
    served_by: tuple[str, ...] = ()
    tested_on: date | None = None


@dataclass(frozen=True, slots=True)
class GivePower:
    """A battery (hours) or a generator (`yes`, or hours of fuel) at a station."""

    station: str
    battery_h: float | None = None
    generator: str | None = None


@dataclass(frozen=True, slots=True)
class GiveDevices:
    """More identity devices at a station; where nobody counted them, their number stays unknown."""

    station: str
    more: int


@dataclass(frozen=True, slots=True)
class KeepSpareDevices:
    """Identity devices kept at a station for when its own fail: of another batch, provisioned."""

    station: str
    count: int


@dataclass(frozen=True, slots=True)
class PostTechnician:
    """A technician near a station: what stands in it is repaired within `repair_h`."""

    station: str
    repair_h: float


@dataclass(frozen=True, slots=True)
class GiveSpare:
    """A lot of spares delivered to a depot and not deployed.

    `provisioned` is None as long as nobody says whether they can be used.
    """

    depot: str
    count: int
    kind: str = "identity device"
    agency: str = ""
    provisioned: bool | None = None


@dataclass(frozen=True, slots=True)
class NamePerson:
    """Somebody named for a role at a station, or (couriers) in a county."""

    scope: str
    role: str
    name: str
    deputy: str = ""
    trained: bool | None = None


Change = (
    AddComponent
    | RemoveComponent
    | ReplaceComponent
    | RepairComponent
    | SetClaim
    | SetComponentClaim
    | GiveSecondPath
    | GivePower
    | GiveDevices
    | KeepSpareDevices
    | PostTechnician
    | GiveSpare
    | NamePerson
)


def supposed(field: str, value: str, day: date) -> Evidence:
    """Give the row of a claim that nobody made."""
    return Evidence(field, value, WHAT_IF, as_of=day)


def is_supposed(known: Known) -> bool:
    """Tell whether only a change in thought says it."""
    return bool(known.evidence) and all(row.source == WHAT_IF for row in known.evidence)


class ChangeError(Exception):
    """A change that cannot be thought of; `code` and `fields` are put into words at the edge."""

    code = "assessment.change"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


class UnknownStation(ChangeError):
    """A change names a station that the round does not list."""

    code = "assessment.unknown-station"


class UnknownStop(ChangeError):
    """A change names a stop that the station does not have."""

    code = "assessment.unknown-stop"


class UnknownComponent(ChangeError):
    """A change names a component that the register does not have."""

    code = "assessment.unknown-component"


class UnknownGroup(ChangeError):
    """A change names a common cause that the register does not have."""

    code = "assessment.unknown-group"


class ComponentExists(ChangeError):
    """A change adds a component under a code that the register has."""

    code = "assessment.component-exists"


class PathTaken(ChangeError):
    """A second card is given to a station that has two of other operators."""

    code = "assessment.path-taken"


class EarlierTest(ChangeError):
    """A test is given for a day before the one on which the station is recorded as tested."""

    code = "assessment.earlier-test"


class NegativeCount(ChangeError):
    """A change gives fewer than none."""

    code = "assessment.negative-count"


class UnknownField(ChangeError):
    """A change says something of a field that a station does not have."""

    code = "assessment.unknown-field"


class UnknownDepot(ChangeError):
    """Spares are given to a depot that nothing in the register names."""

    code = "assessment.unknown-depot"


class WrongValue(ChangeError):
    """A change says what no register could hold: a negative number, an unknown word or county."""

    code = "assessment.wrong-value"
