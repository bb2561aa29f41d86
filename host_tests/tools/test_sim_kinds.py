"""The kinds of meters that can be simulated: their telegrams are whole at every load, and say what the world is."""

from slavetalk import UD2, UD2_CLEAR, ask

from lumbus.sim.build import build_bus
from lumbus.sim.energy import WH, EnergyMeter
from lumbus.sim.kinds import kind, names
from lumbus.sim.meter_clock import MeterClock
from lumbus.sim.slave import Slave
from lumbus.sim.specs import Spec
from mbus.fixed import FixedTelegram
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus.value import text

HOUR_US = 3_600_000_000


def meter(name, power_w=1000, hours=0):
    """(slave, energy world) after some hours at a power."""
    made = kind(name)
    world = EnergyMeter(
        made.step_wh, made.pulse_constant, made.wrap_kwh, made.max_power_w * 1000, power_w * 1000, 1, 1, 1000
    )
    world.advance(0)
    world.advance(hours * HOUR_US)
    clock = MeterClock(lambda: 0)
    return Slave(1, made.secondary, lambda: made.layout(world, clock), made.ci, clock), world


def telegrams(slave):
    """One whole read-out."""
    out = []
    while not out or list(out[-1])[-1].more_follow:
        out.append(Telegram(parse_frame(ask(slave, UD2_CLEAR if len(out) % 2 else UD2))))
    return out


def values(slave):
    """(quantity, unit, value, error) of every record but the mark that more follow."""
    return [
        (record.meaning.quantity, record.meaning.unit, *text(record))
        for telegram in telegrams(slave)
        for record in telegram
        if record.function is not None
    ]


def test_every_kind_can_be_decoded_at_every_load():
    assert names()[:2] == ["finder-7e23", "m1pro40"]
    for name in names():
        for power_w, hours in ((0, 0), (1, 1), (13_250, 5), (300_000, 100)):
            slave, _ = meter(name, power_w, hours)
            if name == "water-fixed":
                assert all(c.value for c in FixedTelegram(parse_frame(ask(slave, UD2))).counters())
                continue
            found = values(slave)
            assert len(found) >= 6
            assert all(value is not None and error is None for _, _, value, error in found), (name, found)


def test_what_they_say_is_what_flowed():
    for name in ("m1pro40", "heat", "three-phase"):
        before, after = (
            next(int(value) for quantity, _, value, _ in values(meter(name, 10_000, hours)[0]) if quantity == "energy")
            for hours in (0, 7)
        )
        assert after - before == 70_000
    before, after = (
        FixedTelegram(parse_frame(ask(meter("water-fixed", 10_000, hours)[0], UD2))).counters()[0] for hours in (0, 7)
    )
    assert (before.quantity, before.unit) == ("volume", "l")
    assert int(after.value) - int(before.value) == 70_000


def test_the_register_is_the_energys():
    slave, world = meter("m1pro40", 500, 3)
    assert values(slave)[0][2] == str(world.energy // WH // 10 * 10)


def test_each_kind_has_an_identification_of_its_own():
    assert len({kind(name).secondary[:4] for name in names()}) == len(names()) == 6


def bus(*specs):
    wire = build_bus([Spec(*spec) for spec in specs], 2400, (150, 0), 1)
    wire.start()
    wire.stop()
    return [slave.secondary_text[:8] for slave in wire.slaves]


def test_several_of_a_kind_get_identifications_that_nobody_has():
    assert bus(("heat", 1), ("heat", 2), ("m1pro40", 3), ("heat", 4)) == [
        "41000318",
        "41000319",
        "16250476",
        "41000320",
    ]
    # One that is asked for is not given to another before it.
    assert bus(("heat", 1), ("heat", 2, "41000318")) == ["41000319", "41000318"]
    assert bus(("heat", 1, "4100031A"), ("heat", 2, "4100031a")) == ["4100031a", "4100031a"]


def test_the_meters_of_a_bus_have_energy_of_their_own():
    wire = build_bus([Spec("m1pro40", 1), Spec("m1pro40", 2)], 2400, (150, 0), 1)
    wire.start()
    wire.stop()
    assert wire.worlds[0] is not wire.worlds[1]
    assert wire.worlds[0].energy != wire.worlds[1].energy
