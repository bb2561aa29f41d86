"""Simulated meters from the names of their kinds: their energy, their slaves and their wire."""

import time

from mbus_service.encode import date_time
from uplink.decimals import rescale

from .energy import EnergyMeter
from .kinds import Kind, kind
from .meter_clock import MeterClock
from .slave import Slave
from .specs import Spec
from .wire import Wire


def build(name, address, baud, power_w, speed, led_path=None, seed=1) -> tuple[EnergyMeter, Wire]:
    """(energy world, wire) of one meter; the wire is not started yet."""
    wire = build_bus([Spec(name, address)], baud, power_w, speed, led_path, seed)
    return wire.worlds[0], wire


def build_bus(specs: list[Spec], baud, power_w, speed, led_path=None, seed=1) -> Wire:
    """The wire of several meters, each with its own energy; the light is that of the first."""
    power_mw = rescale(power_w[0], power_w[1], -3)
    worlds = []
    slaves = []
    for number, (spec, secondary) in enumerate(zip(specs, _secondaries(specs), strict=True)):
        made = kind(spec.kind)
        worlds.append(_world(made, power_mw, speed, seed + number))
        slaves.append(_slave(made, spec.address, secondary, worlds[-1]))
    return Wire(worlds, slaves, baud, led_path, seed)


def _world(kind: Kind, power_mw: int, speed: int, seed: int) -> EnergyMeter:
    return EnergyMeter(kind.step_wh, kind.pulse_constant, kind.wrap_kwh, kind.max_power_w * 1000, power_mw, speed, seed)


def _slave(kind: Kind, address: int, secondary: bytes, world: EnergyMeter) -> Slave:
    local = time.localtime()
    now = date_time(local.tm_year, local.tm_mon, local.tm_mday, local.tm_hour, local.tm_min)
    clock = MeterClock(lambda: time.monotonic_ns() // 1_000_000, now)
    return Slave(address, secondary, lambda: kind.layout(world, clock), kind.ci, clock)


def _secondaries(specs: list[Spec]) -> list[bytes]:
    """The secondary address of each: as told, or the next of its kind that is not taken."""
    taken = {_raw(spec.identification) for spec in specs if spec.identification is not None}
    out = []
    for spec in specs:
        new = kind(spec.kind).secondary
        number = int(new[3::-1].hex())
        raw = new[:4]
        while spec.identification is None and raw in taken:
            number = (number + 1) % 100_000_000
            raw = _raw(f"{number:08}")
        if spec.identification is not None:
            raw = _raw(spec.identification)
        taken.add(raw)
        out.append(raw + new[4:])
    return out


def _raw(identification: str) -> bytes:
    return bytes.fromhex(identification)[::-1]
