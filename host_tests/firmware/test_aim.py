# not in WebAssembly: it has no asyncio
"""Aiming: each word of the light's quality, what is shown, how it begins and ends, and that it polls no faster."""

import json

from checks import raises
from flashes import Flashes
from meterworld import World
from simtime import SimClock

from uplink.aim import Aim, seconds_of
from uplink.light import Light
from uplink.lightlimits import make_filter


def test_how_long_is_said_in_seconds():
    assert [seconds_of(p) for p in (b"", b"10", b"600", b"0", b" 60 ")] == [120, 10, 600, 0, 60]
    for payload in (b"9", b"601", b"-5", b"soon", b"\xff", b"1.5"):
        assert str(raises(ValueError, seconds_of, payload)) == "must be 10...600 seconds, or 0 to end it"


class Edges:
    """A light by its edges, judged by a filter; `at` is where it has come to, in microseconds."""

    def __init__(self, clock):
        self.clock = clock
        self.filter = make_filter(5000, 13250)[0]
        self.filter.start(False, clock.now)
        self.edges = []
        self._told = 0

    def update(self, history):
        now = self.clock.now
        edges = self.edges
        while edges and edges[0][0] <= now:
            at, lit = edges.pop(0)
            self.filter.edge(at, lit)
        self.filter.look(now)
        while self._told < self.filter.total:
            history.add(self.filter.time(self._told), self._told + 1)
            self._told += 1

    @property
    def pending(self):
        return self.filter.pending

    @property
    def refused(self):
        return sum(self.filter.refused().values())

    def may_have_lost(self):
        return False


class Meter:
    def __init__(self, clock):
        self.source = Edges(clock)
        self.light = Light(self.source, 5000, 13250, clock, self.source.filter)
        self.identity = "1625047832ad0102"
        self.read = None
        self.hurried = []

    def hurry(self, is_on):
        self.hurried.append(is_on)


class Aiming:
    """Aim over a light that a test makes flash; `power` is what the meter says each two seconds."""

    def __init__(self, seconds=60):
        self.clock = SimClock(1000000)
        self.meter = Meter(self.clock)
        self.lines = []
        self.shown = []
        self.power = None
        self.aim = Aim(seconds, [self.meter], self.clock, self.lines.append, self._show)

    def _show(self, meter, text):
        assert meter is self.meter
        self.shown.append(json.loads(text))

    def run(self, flashes, ms):
        """Flashes from now on; their times are in us.  The last that was shown."""
        began = self.clock.now
        level = False
        for at in sorted(flashes.edges):
            level = not level
            self.meter.source.edges.append((began + at // 1000, level))
        while self.clock.now < began + ms:
            if self.power is not None and self.clock.now % 2000 == 0:
                self.meter.read = self.clock.now, (self.power, 0)
            self.meter.light.look()
            if not self.aim.tick():
                return None
            self.clock.now += 50
        return self.shown[-1]


def pulses(watts, ms, width=5000, bounces=0, times=1):
    """The light at this power: one pulse is 0.2 Wh."""
    flashes = Flashes()
    period = 720000000 // watts
    at = 7000
    while at < 1000 * ms - width:
        for number in range(times):
            flashes.flash(at + 9000 * number, width, bounces)
        at += period
    return flashes


def test_a_good_light():
    aiming = Aiming()
    aiming.power = 1440
    shown = aiming.run(pulses(1440, 20000), 20000)
    assert shown["quality"] == "good"
    assert shown["meter"] == "1625047832ad0102"
    # One pulse each half second.
    assert 19 <= shown["pulses_10s"] <= 21
    assert shown["pulses"] in (38, 39)
    assert (shown["power_light_w"], shown["power_light_is_most"], shown["power_w"]) == (1440, False, 1440)
    assert shown["power_age_s"] <= 2
    assert shown["widths"] in [[0, 0, 0, shown["pulses"] - waits, 0, 0, 0, 0, 0, 0, 0, 0] for waits in (0, 1)]
    assert shown["refused"] == {"bounced": 0, "too_near": 0, "too_short": 0, "too_long": 0}
    assert shown["left_s"] in (40, 41)
    # Once a second.
    assert len(aiming.shown) == 20


def test_widths_and_refusals_are_those_since_aiming_began():
    first = Aiming()
    first.run(pulses(3000, 10000, bounces=1), 10000)
    again = []
    aim = Aim(60, [first.meter], first.clock, print_nothing, lambda meter, text: again.append(json.loads(text)))
    aim.tick()
    assert again[0]["pulses"] == sum(again[0]["widths"]) == sum(again[0]["refused"].values()) == 0
    assert sum(first.shown[-1]["refused"].values()) > 20


def print_nothing(text):
    pass


def test_nothing_yet_is_waiting_then_dark():
    aiming = Aiming()
    assert aiming.run(Flashes(), 9000)["quality"] == "waiting"
    assert aiming.run(Flashes(), 3000)["quality"] == "dark"
    assert aiming.shown[-1]["power_light_w"] is None
    assert aiming.shown[-1]["power_w"] is None


def test_a_small_load_is_not_dark_before_three_pulses_were_due():
    aiming = Aiming(600)
    aiming.power = 36
    # One pulse each 20 s.
    assert aiming.run(Flashes(), 59000)["quality"] == "waiting"
    assert aiming.run(Flashes(), 3000)["quality"] == "dark"
    shown = aiming.run(pulses(36, 70000), 70000)
    assert shown["quality"] == "good"
    # The last pulse but one to the last, and then what the silence leaves.
    assert shown["power_light_w"] == 36


def test_the_light_is_lost():
    aiming = Aiming()
    aiming.power = 3000
    assert aiming.run(pulses(3000, 10000), 10000)["quality"] == "good"
    shown = aiming.run(Flashes(), 12000)
    assert shown["quality"] == "dark"
    assert shown["power_light_is_most"]
    assert shown["power_light_w"] < 70


def test_a_lamp():
    aiming = Aiming()
    aiming.power = 3000
    flashes = Flashes()
    flashes.lamp(0, 5000000, 10000)
    assert aiming.run(flashes, 5000)["quality"] == "flicker"
    assert aiming.shown[-1]["refused"]["too_near"] > 100
    # Ten seconds later it is forgotten.
    aiming.run(pulses(3000, 20000), 20000)
    assert aiming.run(pulses(3000, 5000), 5000)["quality"] != "flicker"


def test_a_light_that_stays_lit():
    aiming = Aiming()
    flashes = Flashes()
    flashes.edges.append(1000)
    assert aiming.run(flashes, 3000)["quality"] == "stuck"


def test_more_flashes_than_pulses_are_noise():
    aiming = Aiming()
    aiming.power = 1440
    assert aiming.run(pulses(1440, 10000, times=2), 10000)["quality"] == "noisy"
    assert aiming.shown[-1]["refused"]["too_near"] > 10


def test_pulses_faster_than_the_meter_are_noise():
    aiming = Aiming()
    aiming.power = 13000
    assert aiming.run(pulses(18000, 5000), 5000)["quality"] == "noisy"


def test_clean_pulses_that_are_too_few_are_weak():
    aiming = Aiming()
    aiming.power = 3000
    shown = aiming.run(pulses(2000, 12000), 12000)
    assert shown["quality"] == "weak"
    assert (shown["power_light_w"] + 5) // 10 == 200
    # A load that changes is none of that.
    aiming = Aiming()
    for watts in (3000, 200, 3000, 200, 3000, 200):
        aiming.power = watts
        shown = aiming.run(pulses(watts, 4000), 4000)
        assert shown["quality"] in ("good", "waiting"), shown


def test_it_ends_by_itself_and_hurries_the_meter_only_meanwhile():
    aiming = Aiming(10)
    assert aiming.meter.hurried == [True]
    assert aiming.run(Flashes(), 9900) is not None
    assert aiming.run(Flashes(), 1000) is None
    assert aiming.meter.hurried == [True, False]
    assert aiming.lines == ["aim: for 10 s", "aim: it is over"]


def test_a_meter_without_a_light_is_told():
    clock = SimClock()
    dark, lit = Meter(clock), Meter(clock)
    dark.light = None
    lines = []
    aim = Aim(60, [lit, dark], clock, lines.append, None)
    assert lines[0] == "aim: meters[1] has no light, so there is nothing to aim"
    assert dark.hurried == []
    assert not Aim(60, [dark], clock, lines.append, None).tick()
    assert len(lines) == 3
    aim.end()


def test_two_lights_take_turns():
    clock = SimClock()
    meters = [Meter(clock), Meter(clock)]
    shown = []
    aim = Aim(60, meters, clock, print_nothing, lambda meter, text: shown.append(meters.index(meter)))
    for _ in range(100):
        for meter in meters:
            meter.light.look()
        aim.tick()
        clock.now += 50
    assert shown == [0, 1] * 5


def test_while_aiming_polls_are_as_near_as_is_allowed_and_no_nearer():
    world = World(poll_s=60, poll_least_s=10, poll_most_s=240)
    reads = []
    send = world.line.write

    def write(data):
        reads.append(world.clock.now)
        return send(data)

    world.line.write = write
    world.run_s(200)
    world.meter.hurry(True)
    began = len(reads)
    world.run_s(100)
    world.meter.hurry(False)
    aimed = len(reads)
    world.run_s(200)
    gaps = [b - a for a, b in zip(reads, reads[1:]) if b - a > 2000]
    assert min(gaps) >= 10000, gaps
    assert 8 <= aimed - began <= 22
    assert len(reads) - aimed <= 10
    assert world.meter.read[1] == (3000, 0)
