"""What the soak's firmware is given: its configuration, its meter's answer, and how its next start goes."""

import random
from dataclasses import dataclass, field

from mbus_service.encode import encode_header, encode_record, encode_telegram

from ..sim.kinds import kind

BASE = "lumbus-soak"
ADDRESS = 49
PROFILE = "m1pro40"
BLOCKS = 192
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
# What the world's time 0 is in UTC: a moment after which no firmware of ours was made.
_UTC0_MS = 1_800_000_000_000
_MW_MS_PER_WH = 3_600_000_000
# With the power away the load goes on.
_AWAY_MW = 1_000_000
# How many of each a day; "power" happens at starts, the others inside, "clock" at both.
FAULTS = {"power": 200, "broker": 40, "network": 40, "drop": 100, "meter": 20, "noise": 20, "clock": 20}


def config(port: int) -> dict:
    return {
        "version": 2,
        "journal_kb": 256,
        "mqtt": {"host": "127.0.0.1", "port": port, "tls": False, "base": BASE, "keepalive_s": 30, "status_s": 60},
        "bus": {"baud": 2400},
        "meters": [{"profile": PROFILE, "address": ADDRESS, "poll_s": 60, "energy": "import", "light": 0}],
    }


def answer() -> tuple[str, int]:
    """(the meter's telegram in hex, where the four bytes of its register are)."""
    told, other = (_telegram(register) for register in (0x11111111, 0x22222222))
    at = told.find(b"\x11\x11\x11\x11")
    assert at == other.find(b"\x22\x22\x22\x22")
    return told.hex(), at


def _telegram(register: int) -> bytes:
    rows = (("04", "843b", register), ("04", "843c", 1250), ("02", "fd47", 23010), ("02", "fb2d", 5000))
    body = b"".join(encode_record(bytes.fromhex(dib), bytes.fromhex(vib), value) for dib, vib, value in rows)
    return encode_telegram(ADDRESS, encode_header(kind(PROFILE).secondary, 1), body)


@dataclass
class World:
    """What goes on while the firmware is killed and started again; everything random comes from `seed`."""

    seed: int
    faults: dict[str, int]
    end_ms: int
    now_ms: int = 0
    energy: int = 1_234_000 * _MW_MS_PER_WH
    starts: int = 0
    # Until then the broker is away.
    broker_ms: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def settings(self) -> dict:
        """Of the next start."""
        dice = self.dice
        self.starts += 1
        frame, at = answer()
        return {
            "seed": dice.getrandbits(30),
            "world_ms": self.now_ms,
            "utc0_ms": _UTC0_MS,
            # At times the clock is not known for hours.
            "utc_from_ms": dice.choice((0, 5_000, 60_000, 2 * _HOUR_MS)) if "clock" in self.faults else 0,
            "end_ms": self.end_ms,
            "energy": self.energy,
            "frame": frame,
            "at": at,
            "pulse_constant": kind(PROFILE).pulse_constant,
            "blocks": BLOCKS,
            "broker_ms": max(0, self.broker_ms - self.now_ms),
            "faults": {k: n for k, n in self.faults.items() if k != "power"},
            **self._cut(),
        }

    def _cut(self) -> dict:
        """At a moment, or in one of the flash's next steps; what an exponential distribution gives, some at once."""
        dice = self.dice
        if "power" not in self.faults:
            return {"cut_ms": None, "cut_in": None, "tear": 0}
        cut_ms = int(dice.expovariate(self.faults["power"] / _DAY_MS))
        steps = dice.choice((None, dice.randrange(20), dice.randrange(400)))
        return {"cut_ms": cut_ms, "cut_in": steps, "tear": dice.randrange(256)}

    def went_on(self, now_ms: int, energy: int, is_cut: bool) -> None:
        """The firmware's last word; where the power was cut it stays away for up to ten minutes."""
        away_ms = int(self.dice.triangular(1_000, 600_000, 5_000)) if is_cut else 1_000
        self.now_ms = now_ms + away_ms
        self.energy = energy + away_ms * _AWAY_MW

    def calm(self, hours: float) -> None:
        """No more faults, for so long."""
        self.faults = {}
        self.broker_ms = 0
        self.end_ms = self.now_ms + int(hours * _HOUR_MS)
