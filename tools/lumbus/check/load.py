"""What flows through the simulated meter: power that is constant from one moment to the next.

A load gives the steps of any one day alone: (microseconds since the start of
the run, milliwatts), rising, the first at the day's beginning.  More than 0 is
import, less is export.  The same seed gives the same day.
"""

import math
import random
from collections.abc import Callable, Iterator

SECOND = 1_000_000
DAY_S = 86_400
DAY = DAY_S * SECOND
# 48 A at 276 V: the most that the meter stands.
MOST_MW = 13_248_000
_HOUR = 3600

Steps = list[tuple[int, int]]
Load = Callable[[int], Steps]
_Change = tuple[int, int]


def household(seed: int) -> Load:
    """A household: 8 to 12 kWh a day, from 60 W at night to several kilowatts."""

    def day(number: int) -> Steps:
        return _summed(number, _home(random.Random(f"household {seed} {number}")))

    return day


def solar(seed: int) -> Load:
    """The same household with the sun on its roof: energy flows in and out."""

    def day(number: int) -> Steps:
        changes = _home(random.Random(f"household {seed} {number}"))
        changes += _sun(random.Random(f"sun {seed} {number}"))
        return _summed(number, changes)

    return day


def constant(watts: int) -> Load:
    return lambda number: [(number * DAY, watts * 1000)]


def at_random(seed: int, both_ways: bool) -> Load:
    """Anything up to the most the meter stands, for two seconds or for hours; also nothing at all."""

    def day(number: int) -> Steps:
        chance = random.Random(f"random {seed} {number}")
        steps = []
        at = 0.0
        while at < DAY_S:
            sign = -1 if both_ways and chance.random() < 0.5 else 1
            steps.append((number * DAY + int(at * SECOND), sign * _any_power(chance)))
            at += 2 * 7200 ** chance.random()
        return steps

    return day


def exported(load: Load) -> Load:
    """The same energy the other way."""
    return lambda number: [(at, -power) for at, power in load(number)]


def _any_power(chance: random.Random) -> int:
    kind = chance.random()
    if kind < 0.15:
        return 0
    if kind < 0.25:
        return MOST_MW
    return int(MOST_MW ** chance.uniform(0.4, 1)) if kind < 0.7 else chance.randrange(MOST_MW)


def _summed(number: int, changes: list[_Change]) -> Steps:
    """The steps of a day from (second of the day, change in mW) of all that is switched."""
    began = number * DAY
    steps: Steps = [(began, 0)]
    power = 0
    for at, change in sorted(changes):
        power += change
        if at > steps[-1][0] - began:
            steps.append((began + at, power))
        else:
            steps[-1] = (steps[-1][0], power)
    return [step for step in steps if step[0] < began + DAY]


def _on(chance: random.Random, from_s: float, for_s: float, watts: float) -> list[_Change]:
    """Something switched on for a while; its power is never quite the same."""
    power = int(watts * 1000 * chance.uniform(0.93, 1.07))
    at = int(max(0.0, from_s) * SECOND)
    return [(at, power), (min(at + int(for_s * SECOND), DAY), -power)]


def _home(chance: random.Random) -> list[_Change]:
    changes = [*_always(chance), *_fridge(chance), *_evening(chance), *_short(chance)]
    if chance.random() < 0.6:
        changes += _washing(chance, chance.uniform(8, 19) * _HOUR)
    for hour, lasts in ((7, 10), (12, 15), (18.5, 45)):
        if chance.random() < 0.85:
            changes += _cooking(chance, (hour + chance.uniform(-0.7, 0.7)) * _HOUR, lasts * 60)
    # Warm water: in the small hours, and again in the day.
    changes += _on(chance, chance.uniform(1, 4) * _HOUR, chance.uniform(1200, 3600), 2000)
    changes += _on(chance, chance.uniform(13, 17) * _HOUR, chance.uniform(600, 2400), 2000)
    return changes


def _always(chance: random.Random) -> Iterator[_Change]:
    """What never goes off: it wanders between 60 and 150 W."""
    level = chance.uniform(60, 150)
    at = 0.0
    power = 0
    while at < DAY_S:
        new = int(level * 1000)
        yield int(at * SECOND), new - power
        power = new
        level = min(150.0, max(60.0, level + chance.gauss(0, 8)))
        at += chance.expovariate(1 / 500)
    yield DAY, -power


def _fridge(chance: random.Random) -> Iterator[_Change]:
    at = chance.uniform(-600, 1800)
    while at < DAY_S:
        runs = chance.uniform(700, 1100)
        if at >= 0:
            yield from _on(chance, at, runs, 90)
        at += runs + chance.uniform(1400, 2600)


def _evening(chance: random.Random) -> Iterator[_Change]:
    for watts in (25, 40, 60, 12, 90):
        begins = chance.uniform(16.5, 20) * _HOUR
        yield from _on(chance, begins, chance.uniform(1, 4.5) * _HOUR, watts)
    yield from _on(chance, chance.uniform(6, 7) * _HOUR, chance.uniform(900, 3600), 80)


def _short(chance: random.Random) -> Iterator[_Change]:
    """A kettle, a microwave oven, a hair dryer, a vacuum cleaner."""
    for watts, longest, most in ((2000, 240, 6), (1100, 300, 4), (1500, 500, 2), (900, 1500, 1)):
        for _ in range(chance.randint(0, most)):
            yield from _on(chance, chance.uniform(6.5, 22.5) * _HOUR, chance.uniform(0.3, 1) * longest, watts)


def _cooking(chance: random.Random, begins: float, lasts: float) -> Iterator[_Change]:
    """A plate that its thermostat switches, and sometimes the oven."""
    at = begins
    while at < begins + lasts:
        on = chance.uniform(8, 60)
        yield from _on(chance, at, on, 1600)
        at += on + chance.uniform(8, 90)
    if lasts > 1800 and chance.random() < 0.4:
        yield from _on(chance, begins, 600, 2300)
        for i in range(8):
            yield from _on(chance, begins + 700 + 180 * i, 70, 2300)


def _washing(chance: random.Random, begins: float) -> Iterator[_Change]:
    yield from _on(chance, begins + 240, chance.uniform(600, 1200), 2000)
    at = begins
    while at < begins + 5400:
        on = chance.uniform(5, 40)
        yield from _on(chance, at, on, 250)
        at += on + chance.uniform(5, 40)
    yield from _on(chance, begins + 5000, 400, 450)


def _sun(chance: random.Random) -> Iterator[_Change]:
    """A sine from morning to evening; clouds take up to nine tenths of it."""
    peak = chance.uniform(800, 5500)
    rises, sets = chance.uniform(5.5, 7.5) * _HOUR, chance.uniform(17, 20) * _HOUR
    cloudy = chance.random()
    power = 0
    at = rises
    while at < sets:
        shade = chance.uniform(0.1, 1) if chance.random() < cloudy else 1.0
        new = -int(peak * 1000 * shade * math.sin(math.pi * (at - rises) / (sets - rises)))
        yield int(at * SECOND), new - power
        power = new
        at += chance.uniform(15, 60 + 180 * (1 - cloudy))
    yield int(sets * SECOND), -power
