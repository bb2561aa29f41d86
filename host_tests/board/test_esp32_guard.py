"""What lies in the root beside main.py: a trial has a watchdog before anything of it is loaded."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import load


class Machine:
    def __init__(self):
        self.armed = []

    def WDT(self, timeout):
        self.armed.append(timeout)


def test_the_guard_arms_what_the_application_feeds_later():
    guard = load("guard")
    guard.machine = machine = Machine()
    guard.arm()
    # As long as the application's own has.
    assert machine.armed == [60000]
