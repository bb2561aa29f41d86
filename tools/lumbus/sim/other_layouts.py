"""Meters that are there for the bus and the decoder: heat, water, gas, and electricity in two telegrams.

Made up, in encodings that meters have.  Each has an energy world as an
electricity meter has: a heat meter's energy is just that, and a water or gas
meter counts a watt-hour as a litre.
"""

from mbus_service.encode import date, encode_record

from .energy import EnergyMeter
from .layouts import VOLTAGE_MV
from .meter_clock import MeterClock

# Water that cools by 20 K gives 23.2 kWh a cubic metre.
_HEAT_W_PER_M3_H = 23_200
_DUE = date(2025, 12, 31)


def _records(*rows: tuple[str, str, int | bytes]) -> bytes:
    return b"".join(encode_record(bytes.fromhex(d), bytes.fromhex(v), value) for d, v, value in rows)


def heat(meter: EnergyMeter, clock: MeterClock) -> bytes:
    """Maxima, minima, two stored sets with their date, and the meter's own time."""
    power_w = meter.power_shown_mw // 1000
    kwh = meter.register_steps
    litres = kwh * 1_000_000 // _HEAT_W_PER_M3_H
    return _records(
        ("0c", "78", 41000318),
        ("0c", "06", kwh),
        ("0c", "14", litres // 10),
        ("0b", "2d", power_w // 100),
        ("0b", "3b", power_w * 1000 // _HEAT_W_PER_M3_H),
        ("0a", "5a", 700),
        ("0a", "5e", 500),
        ("0a", "62", 200),
        ("1b", "2d", power_w // 100 + 25),
        ("1a", "5a", 915),
        ("2a", "5e", -35),
        ("04", "6d", clock.shown()),
        ("02", "27", 812),
        ("42", "6c", _DUE),
        ("4c", "06", kwh * 3 // 4),
        ("4c", "14", litres * 3 // 40),
        ("8c01", "06", kwh // 2),
        ("02", "fd17", 0),
    )


def water_fixed(meter: EnergyMeter, clock: MeterClock) -> bytes:
    """Medium water (7), counter 1 in litres, counter 2 the same at an earlier time; both BCD."""
    litres = meter.register_steps
    counters = [encode_record(b"\x0c", b"", value)[1:] for value in (litres, litres * 3 // 4)]
    return bytes((0xE9, 0x7E)) + b"".join(counters)


def three_phase(meter: EnergyMeter, clock: MeterClock) -> list[bytes]:
    """Energy and power in the first telegram, and the three phases in the second."""
    power_w = meter.power_shown_mw // 1000
    current = meter.power_shown_mw * 100 // VOLTAGE_MV // 3
    totals = _records(
        ("04", "843b", meter.register_steps),
        ("8410", "843b", meter.register_steps * 2 // 3),
        ("8420", "843b", meter.register_steps - meter.register_steps * 2 // 3),
        ("04", "843c", 1250),
        ("04", "2b", power_w),
        ("04", "6d", clock.shown()),
    )
    phases = [
        _records(
            ("02", f"fdc8ff0{phase}", VOLTAGE_MV // 100),
            ("03", f"fddaff0{phase}", current),
            ("03", f"abff0{phase}", power_w // 3),
        )
        for phase in (1, 2, 3)
    ]
    return [totals, b"".join(phases)]


def gas_msb(meter: EnergyMeter, clock: MeterClock) -> bytes:
    litres = meter.register_steps
    return _records(
        ("0c", "14", litres // 10),
        ("0b", "3b", meter.power_shown_mw // 1000),
        ("02", "65", 1830),
        ("04", "6d", clock.shown()),
        ("42", "6c", _DUE),
        ("4c", "14", litres * 3 // 40),
    )
