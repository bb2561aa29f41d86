"""What a report shows.  Moments are ms of UTC, quantities exact decimals; what was not read is None."""

from dataclasses import dataclass, field
from decimal import Decimal

from .zone import Bucket

# Verdicts by how much they ask for somebody: the first is the worst.
WORST_FIRST = (
    "register_stuck",
    "pulses_missing",
    "pulses_extra",
    "pulse_constant_wrong",
    "no_meter",
    "learning",
    "unchecked",
    "agree",
)
# What is no disagreement.
CALM = {"agree", "learning", "unchecked", None}


def rank(verdict: str | None) -> int:
    """0 for the worst; one that this version does not know stands among the bad ones."""
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else 3 if verdict else len(WORST_FIRST)


@dataclass(slots=True)
class Reading:
    """One row of the database, as far as it is drawn: registers in mWh, None where they were not read; W."""

    ts: int
    imported: int | None
    exported: int | None
    power: Decimal | None
    light: Decimal | None
    verdict: str | None


@dataclass(slots=True)
class Energy:
    """mWh by the registers in a bucket; None where no two readings tell."""

    bucket: Bucket
    imported: int | None = None
    exported: int | None = None
    # Part of it flowed while nothing was read, and is shared out by time.
    shared: bool = False


@dataclass(slots=True)
class Tally:
    """The least, the sum and the most of so many values."""

    count: int = 0
    least: Decimal | None = None
    total: Decimal = Decimal(0)
    most: Decimal | None = None

    def take(self, value: Decimal | None) -> None:
        if value is None:
            return
        self.count += 1
        self.total += value
        self.least = value if self.least is None else min(self.least, value)
        self.most = value if self.most is None else max(self.most, value)

    @property
    def mean(self) -> Decimal | None:
        """To a tenth: it is the mean of readings, and no more exact than they are dense."""
        return (self.total / self.count).quantize(Decimal("0.1")) if self.count else None


@dataclass(slots=True)
class Power:
    """W in a bucket: the meter's own record, and by the light."""

    bucket: Bucket
    register: Tally = field(default_factory=Tally)
    light: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class Span:
    """Something that lasted, from `start` until `end`; `what` is a verdict, or "gap"."""

    start: int
    end: int
    what: str


@dataclass(slots=True)
class Capture:
    """Pulses seen per pulse proven, on the day that ended at or before `ts`: between low and high."""

    ts: int
    low: Decimal
    high: Decimal


@dataclass(slots=True)
class Event:
    ts: int | None
    kind: str
    open: bool | None
    text: str


@dataclass
class MeterReport:
    """Everything of one meter's section."""

    gateway: str
    meter: str
    energy: list[Energy]
    power: list[Power]
    # The same, finer: what the line is drawn by.
    line: list[Power]
    verdicts: list[Span]
    gaps: list[Span]
    captures: list[Capture]
    events: list[Event]
    readings: int
    first: Reading | None
    last: Reading | None

    @property
    def imported(self) -> int | None:
        return total(each.imported for each in self.energy)

    @property
    def exported(self) -> int | None:
        return total(each.exported for each in self.energy)


@dataclass(slots=True)
class Standing:
    """One line of the fleet's table."""

    gateway: str
    meter: str
    verdict: str | None
    low: Decimal | None
    high: Decimal | None
    last_ts: int | None
    # mWh in the range.
    imported: int | None
    exported: int | None
    # How often nothing was read, and for how long in all, s; None where it was not looked at.
    gaps: int | None
    gap_s: int | None
    silent: bool
    # Whether anything was read in the range.
    read: bool = True


def total(values) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def worst_first(fleet: list[Standing]) -> list[Standing]:
    """Disagreements, then silent gateways, then low capture ratios; then by name."""
    return sorted(fleet, key=_badness)


def _badness(each: Standing):
    calm = each.verdict in CALM
    capture = each.low if each.low is not None else Decimal(1)
    return (calm, rank(each.verdict) if not calm else 0, not each.silent, capture, each.gateway, each.meter)
