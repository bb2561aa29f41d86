"""`lumbus meter`: simulated meters alone on a pseudo-terminal, for any M-Bus program."""

import sys
import time

from uplink.decimals import parse

from .sim.build import build_bus
from .sim.energy import WH
from .sim.specs import Spec
from .sim.wire import Wire

_PROFILE = "m1pro40"
_ADDRESS = 49


def run(options) -> int:
    """Until Ctrl-C, or for --seconds."""
    specs = options.meters or [
        Spec(options.profile or _PROFILE, _ADDRESS if options.address is None else options.address)
    ]
    wire = build_bus(specs, options.baud, parse(options.power), options.speed, options.led)
    wire.start()
    print(wire.path, flush=True)
    _introduce(specs, wire, options)
    until = None if options.seconds is None else time.monotonic() + options.seconds
    try:
        while until is None or time.monotonic() < until:
            time.sleep(0.2)
            if sys.stderr.isatty():
                _show(wire)
    except KeyboardInterrupt:
        pass
    finally:
        wire.stop()
    return 0


def _introduce(specs: list[Spec], wire: Wire, options) -> None:
    count = f"{len(specs)} meters" if len(specs) > 1 else "1 meter"
    each = " each" if len(specs) > 1 else ""
    print(f"{count}, {options.baud} baud, 8E1, {options.power} W{each}; Ctrl-C ends it", file=sys.stderr)
    for spec, slave in zip(specs, wire.slaves, strict=True):
        print(
            f"  {spec.kind:<12} primary address {slave.address:>3}, secondary address {slave.secondary_text}",
            file=sys.stderr,
        )


def _show(wire: Wire) -> None:
    meter = wire.worlds[0]
    register = meter.register_steps * meter.step / WH / 1000
    first = "first " if len(wire.worlds) > 1 else ""
    line = f"{first}register {register:.2f} kWh, {meter.pulses} pulses"
    print(f"\r{line}, {wire.requests} requests, {wire.answers} answers\x1b[K", end="", file=sys.stderr, flush=True)
