"""Meters to be found on a simulated bus, and what a search finds."""

from busline import Counter
from masterbus import damaged as damage
from simtime import run

from lumbus.sim.slave import Slave

# Two differ in the last digit only, one has hexadecimal digits.
FIVE = ("12345678", "12345679", "00000001", "99999999", "5A0C0001")


def meter(identification, address=0, tail="32ad0102", value=None, slave=Slave):
    raw = bytes.fromhex(identification)
    value = address if value is None else value
    return slave(address, bytes(reversed(raw)) + bytes.fromhex(tail), Counter(value))


def five(first=1):
    return [meter(FIVE[i], first + 7 * i) for i in range(5)]


def damaged(reply):
    return damage(reply) if reply else reply


class Search:
    """What a search found, and what it said on the way."""

    def __init__(self, bus, search, *arguments):
        self.found = []
        self.progress = []
        began = bus.clock.ms()
        say = self.progress.append
        run(
            bus.clock,
            search(bus.master, self.found.append, lambda *what: say(what), *arguments),
            limit_ms=100000000,
        )
        self.took_ms = bus.clock.ms() - began

    def clean(self):
        """(address, identification) of those without damage."""
        return sorted([(one.address, one.secondary[:8].upper()) for one in self.found if not one.damage])

    def damage(self):
        return [one for one in self.found if one.damage]

    def is_steady(self):
        done = [what[0] for what in self.progress]
        totals = [what[1] for what in self.progress]
        return done == sorted(done) and totals == [totals[0]] * len(totals) and done[-1] == totals[0]


def expected(slaves):
    return sorted([(slave.address, slave.secondary_text[:8].upper()) for slave in slaves])
