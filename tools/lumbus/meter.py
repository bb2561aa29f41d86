"""`lumbus meter`: the simulated meter alone on a pseudo-terminal, for any M-Bus program."""

import sys
import time

from mbus.exact import parse

from .sim.build import build
from .sim.energy import WH


def run(options) -> int:
    """Until Ctrl-C, or for --seconds."""
    meter, wire = build(
        options.profile, options.address, options.baud, parse(options.power), options.speed, options.led
    )
    wire.start()
    print(wire.path, flush=True)
    print(
        f"{options.profile} at primary address {options.address}, {options.baud} baud, 8E1, "
        f"{options.power} W; Ctrl-C ends it",
        file=sys.stderr,
    )
    until = None if options.seconds is None else time.monotonic() + options.seconds
    try:
        while until is None or time.monotonic() < until:
            time.sleep(0.2)
            if sys.stderr.isatty():
                _show(meter, wire)
    except KeyboardInterrupt:
        pass
    finally:
        wire.stop()
    return 0


def _show(meter, wire) -> None:
    register = meter.register_steps * meter.step / WH / 1000
    line = f"register {register:.2f} kWh, {meter.pulses} pulses, {wire.requests} requests, {wire.answers} answers"
    print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
