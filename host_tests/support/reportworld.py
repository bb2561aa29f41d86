"""A database as `lumbus collect` leaves it, with a few days of a few meters whose truth is known."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from lumbus.collect.database import open_database
from lumbus.collect.migrations import migrate

HOUR = 3600
DAY = 24 * HOUR
START = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())


@dataclass
class MeterWorld:
    """One meter: load(t) in whole watts at a moment, constant for `every` seconds; what goes wrong."""

    meter: str
    gateway: str = "020000000001"
    start: int = START
    days: int = 3
    every: int = 900
    base_wh: int = 1_234_000
    load: int | None = None
    roof: bool = False
    # (from, to) in seconds since `start`: nothing is read.
    silent: list = field(default_factory=list)
    # The same: no pulse is seen.
    blind: list = field(default_factory=list)
    capture: Decimal = Decimal(1)

    def watts(self, t: int) -> int:
        if self.load is not None:
            return self.load
        hour = t // HOUR % 24
        power = 120 + (t // 900 * 7919 % 13) * 9 + (1500 if hour in (7, 12, 18, 19) else 0) + (700 if hour == 20 else 0)
        if self.roof and 9 <= hour <= 15:
            power -= 2600 - 350 * abs(hour - 12)
        return power

    def rows(self):
        """(ts, import Wh in 10-Wh steps, export, watts, light's watts or None, verdict) of each reading."""
        imported = exported = 0
        for at in range(0, self.days * DAY, self.every):
            power = self.watts(self.start + at)
            if not any(a <= at < b for a, b in self.silent):
                blind = any(a <= at < b for a, b in self.blind)
                light = None if blind else abs(power) + at // 900 % 3 - 1
                told = "learning" if at < 4 * self.every else "pulses_missing" if blind else "agree"
                yield self.start + at, _step(self.base_wh + imported), _step(12_500 + exported), power, light, told
            # Wh in 3600ths.
            flowed = Decimal(abs(power) * self.every) / HOUR
            if power >= 0:
                imported += flowed
            else:
                exported += flowed


def _step(wh) -> int:
    return int(wh) // 10 * 10


def fill(url: str, meters: list[MeterWorld]) -> None:
    database = open_database(url)
    try:
        migrate(database)
        time = "?" if database.dialect == "sqlite" else "to_timestamp(?)"
        with database.alone():
            for gateway in sorted({each.gateway for each in meters}):
                last = max(each.start + each.days * DAY for each in meters if each.gateway == gateway)
                database.execute(
                    f"INSERT INTO gateways (gateway, first_seen, last_seen, state) VALUES (?, {time}, {time}, ?)",
                    (gateway, START, last, "online"),
                )
            seq = 0
            for each in meters:
                seq = _meter(database, time, each, seq)
    finally:
        database.close()


def _meter(database, time: str, world: MeterWorld, seq: int) -> int:
    end = world.start + world.days * DAY
    database.execute(
        f"INSERT INTO meters (gateway, meter, first_seen, last_seen, state) VALUES (?, ?, {time}, {time}, ?)",
        (world.gateway, world.meter, world.start, end, "online"),
    )
    statement = (
        "INSERT INTO readings (gateway, boot, seq, meter, ts, uptime_s, time_quality, replayed, energy_import_kwh, "
        "energy_export_kwh, power_w, power_light_w, verdict, flags, stored_at) "
        f"VALUES (?, 1, ?, ?, {time}, ?, 'synced', ?, ?, ?, ?, ?, ?, '[]', {time})"
    )
    sqlite = database.dialect == "sqlite"
    kwh = (lambda wh: wh / 1000) if sqlite else (lambda wh: Decimal(wh) / 1000)
    for ts, imported, exported, power, light, verdict in world.rows():
        seq += 1
        values = (kwh(imported), kwh(exported), power, light, verdict)
        replayed = 0 if sqlite else False
        database.execute(statement, (world.gateway, seq, world.meter, ts, ts - START, replayed, *values, ts))
    for day in range(1, world.days + 1):
        verdict = "pulses_missing" if any(a < day * DAY <= b for a, b in world.blind) else "agree"
        lost = sum(max(0, min(b, day * DAY) - max(a, (day - 1) * DAY)) for a, b in world.blind)
        ratio = world.capture - Decimal(lost) / DAY
        low, high = (
            str((ratio + more).quantize(Decimal("0.000001"))) for more in (Decimal("-0.004"), Decimal("0.003"))
        )
        database.execute(
            "INSERT INTO checks (gateway, meter, digest, verdict, capture_low, capture_high, pulses_day, stored_at) "
            f"VALUES (?, ?, ?, ?, ?, ?, 40000, {time})",
            (world.gateway, world.meter, f"d{day}", verdict, low, high, world.start + day * DAY + 60),
        )
    for number, (since, _) in enumerate(world.blind):
        database.execute(
            "INSERT INTO events (gateway, boot, event, kind, meter, open, ts, pulses_low, pulses_high, stored_at) "
            f"VALUES (?, 1, ?, 'pulses_missing', ?, {'0' if sqlite else 'false'}, {time}, 31, 135, {time})",
            (world.gateway, seq * 10 + number, world.meter, world.start + since + 600, world.start + since + 600),
        )
    return seq


def street(days: int = 3) -> list[MeterWorld]:
    """A household, one whose light was lost for a while, one with a roof and a gap."""
    return [
        MeterWorld("16250476ad320102", days=days),
        MeterWorld("16250477ad320102", days=days, blind=[(30 * HOUR, 41 * HOUR)], capture=Decimal("0.962")),
        MeterWorld("16250478ad320102", "020000000002", days=days, roof=True, silent=[(20 * HOUR, 29 * HOUR)]),
    ]
