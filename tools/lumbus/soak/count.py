"""What a soak gave, counted from what the firmware accepted, what came out of the broker, and what it told."""

from dataclasses import dataclass, field

# The last words of a start: the power was cut, the firmware reset the board, the end of the world.
ENDS = ("CUT", "RESET", "END")
# The longest step of the loop may take so long.
STALL_MS = 50
# Of the heap, from the beginning of a start to its end: what a list's growing by one step may take.
GROWTH_BYTES = 2048
# By then everything has happened once, and rings are full.
_WARM_MS = 7_200_000
# What fills them meanwhile, where no start lasted so long: some 1.2 to 2.3 KB by what failed and when.
FILLING_BYTES = 2048


@dataclass
class Start:
    """One start of the firmware: [(uptime_ms, bytes that live)], and the last word."""

    heap: list[tuple[int, int]] = field(default_factory=list)
    ended: str = ""
    steps: int = 0
    # The longest step: by the clock on the wall, and by what the processor did.
    stall_us: int = 0
    stall_cpu_us: int = 0
    stall_at_ms: int = 0
    erases: int = 0
    faults: dict[str, int] = field(default_factory=dict)


class Received:
    """Readings in the order in which they came: (boot, seq), what they say, whether replayed."""

    def __init__(self) -> None:
        self.first: dict[tuple[int, int], tuple] = {}
        self.duplicates = self.conflicting = self.out_of_order = self.replayed = self.undated = 0
        self._last = (0, 0)

    def take(self, reading: dict) -> None:
        key = reading["boot"], reading["seq"]
        says = reading["uptime_s"], reading.get("pulses"), reading.get("energy_import_kwh")
        if key in self.first:
            self.duplicates += 1
            self.conflicting += self.first[key] != says
            return
        self.first[key] = says
        self.out_of_order += key < self._last
        self._last = key
        self.replayed += bool(reading.get("replayed"))
        self.undated += reading.get("ts") is None


def summary(starts: list[Start], accepted: set, received: Received, events: int) -> dict:
    """The report: what is wanted of it is in wrong()."""
    longest = max(starts, key=lambda start: start.heap[-1][0] if start.heap else 0)
    heap = _warm(longest.heap)
    worst = max(starts, key=lambda start: start.stall_us)
    outages: dict[str, int] = {}
    for start in starts:
        for kind, number in start.faults.items():
            outages[kind] = outages.get(kind, 0) + number
    missing = sorted(accepted - received.first.keys())
    return {
        "starts": len(starts),
        "power_cuts": sum(start.ended == "CUT" for start in starts),
        "restarts": sum(start.ended == "RESET" for start in starts),
        "crashes": sum(start.ended not in ENDS for start in starts),
        "outages": outages,
        "accepted": len(accepted),
        "received": len(received.first),
        "lost": len(missing),
        "missing": missing[:20],
        "duplicates": received.duplicates,
        "duplicates_that_differ": received.conflicting,
        "out_of_order": received.out_of_order,
        "replayed": received.replayed,
        "undated": received.undated,
        "events": events,
        "heap_start": heap and heap[0],
        "heap_end": heap and heap[1],
        "heap_hours": round(longest.heap[-1][0] / 3_600_000, 1) if heap else 0,
        "heap_most": max((used for start in starts for _, used in start.heap), default=None),
        "stall_ms": worst.stall_us / 1000,
        "stall_cpu_ms": max(start.stall_cpu_us for start in starts) / 1000,
        "stall_ms_median": sorted(start.stall_us for start in starts)[len(starts) // 2] / 1000,
        "steps": sum(start.steps for start in starts),
        "erases": sum(start.erases for start in starts),
    }


def _warm(samples: list[tuple[int, int]]):
    """What lived in the heap at the beginning and at the end, medians of a quarter each; None without any sample.

    Samples of the first two hours are left out where there are others enough.
    """
    warm = [used for at_ms, used in samples if at_ms >= _WARM_MS]
    if len(warm) < 4:
        warm = [used for _, used in samples]
    if not warm:
        return None
    quarter = -(-len(warm) // 4)
    return sorted(warm[:quarter])[quarter // 2], sorted(warm[-quarter:])[quarter // 2]


def wrong(result: dict) -> list[str]:
    """What is not as it has to be, a line each."""
    lines = []
    if not result["accepted"]:
        lines.append("nothing was accepted at all")
    if result["lost"]:
        lines.append(f"{result['lost']} accepted readings never came: {result['missing']}")
    if result["out_of_order"]:
        lines.append(f"{result['out_of_order']} readings came before an earlier one of theirs")
    if result["duplicates_that_differ"]:
        lines.append(f"{result['duplicates_that_differ']} readings have one number and two contents")
    if result["crashes"]:
        lines.append(f"{result['crashes']} starts ended without a word")
    filling = FILLING_BYTES if result["heap_hours"] * 3_600_000 < _WARM_MS else 0
    if result["heap_start"] is not None and result["heap_end"] > result["heap_start"] + GROWTH_BYTES + filling:
        lines.append(f"the heap grew from {result['heap_start']} to {result['heap_end']} bytes")
    # On the wall a step takes what else the machine does too; what blocks does so in most starts.
    stall = max(result["stall_cpu_ms"], result["stall_ms_median"])
    if stall > STALL_MS:
        lines.append(f"a step of the loop took {stall:.1f} ms, {STALL_MS} are allowed")
    return lines
