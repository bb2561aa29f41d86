"""What the meters of the firmware's profiles send: the records of each, from the energy world.

`m1pro40` is made up (the manual gives no layout) in plausible encodings;
`finder-7e23` has the records of a captured telegram, in its order.
"""

from mbus_service.encode import encode_record

from .energy import EnergyMeter
from .meter_clock import MeterClock

VOLTAGE_MV = 230_000


def _records(*rows: tuple[str, str, int]) -> bytes:
    return b"".join(encode_record(bytes.fromhex(d), bytes.fromhex(v), n) for d, v, n in rows)


def m1pro40(meter: EnergyMeter, clock: MeterClock) -> bytes:
    power_w = meter.power_shown_mw // 1000
    return _records(
        ("04", "843b", meter.register_steps),
        ("04", "843c", 1250),
        ("04", "2b", power_w),
        ("02", "fd47", VOLTAGE_MV // 10),
        ("03", "fd5a", meter.power_shown_mw * 100 // VOLTAGE_MV),
        ("02", "fb2d", 5000),
        ("02", "fdba74", 100),
    )


def finder_7e23(meter: EnergyMeter, clock: MeterClock) -> bytes:
    tens = meter.power_shown_mw // 10_000
    return _records(
        ("8c10", "04", meter.register_steps),
        ("8c11", "04", meter.register_steps),
        ("02", "fdc9ff01", VOLTAGE_MV // 1000),
        ("02", "fddbff01", meter.power_shown_mw * 10 // VOLTAGE_MV),
        ("02", "acff01", tens),
        ("8240", "acff01", -tens // 3),
    )
