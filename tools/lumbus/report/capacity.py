"""What so many meters need in brokers, collectors and database: python -m lumbus.report.capacity [METERS EVERY STATUS].

MEASURED was measured; everything else is reckoned from it, by the formulae below and nothing more.  Rates were
measured with all parts on the same two cores, which is the least that anybody has.  Nothing here says that a larger
machine does as many times more: what is reckoned for cores is CPU time, and for instances what one bore here.
"""

import sys
from dataclasses import dataclass
from math import ceil

DAY_S = 86_400
YEAR_S = 365 * DAY_S
# Of what something can do at the most, so much is planned for.
USED_PERCENT = 50


@dataclass(frozen=True)
class Measured:
    """Costs of one reading, one status or one connection; how each was measured is in docs/capacity.md."""

    # Bytes on the wire: payload and topic.
    reading: int = 352 + 47
    status: int = 900 + 29
    # NATS, three nodes together, QoS 1, three replicas: CPU of a message that comes in, and of handing it on to a
    # collector; disk until it has it; messages a second that came in; the same of a status, which is retained.
    nats_cpu_us: int = 123
    nats_out_cpu_us: int = 467
    nats_disk: int = 1_330
    nats_per_s: int = 8_300
    nats_status_cpu_us: int = 391
    nats_status_out_cpu_us: int = 467
    nats_status_disk: int = 5_490
    nats_statuses_per_s: int = 2_010
    # With session, last will and retained status: bytes of memory of all three; connections a second, one by one.
    nats_connection: int = 77_300
    nats_connects_per_s: int = 400
    # mosquitto: CPU of a message that comes in, and of handing it on; memory of a connection.
    mosquitto_cpu_us: int = 15
    mosquitto_out_cpu_us: int = 13
    mosquitto_connection: int = 4_760
    # A collector: messages in a second of its own CPU.
    collector_per_cpu_s: int = 14_700
    # PostgreSQL: CPU, table with its indexes, and write-ahead log of a reading; readings a second that it bore.
    postgres_cpu_us: int = 25
    postgres_disk: int = 380
    postgres_wal: int = 725
    postgres_per_s: int = 17_000


MEASURED = Measured()


@dataclass(frozen=True)
class Need:
    """What is needed; bytes, and per second where it is said.  Counts are whole and rounded up."""

    name: str
    meters: int
    every_s: int
    status_s: int
    readings_per_s: float
    statuses_per_s: float
    wire_per_s: float
    nats_clusters: int
    nats_cores: float
    nats_memory: int
    nats_day_away: float
    reconnect_s: float
    mosquitto_share: float
    mosquitto_memory: int
    collectors: int
    databases: int
    database_cores: float
    disk_per_year: float
    wal_per_day: float


def need(name: str, meters: int, every_s: int, status_s: int, given: Measured = MEASURED) -> Need:
    """One gateway a meter, which is the most connections and statuses that there can be."""
    readings, statuses = meters / every_s, meters / status_s
    return Need(
        name,
        meters,
        every_s,
        status_s,
        readings,
        statuses,
        readings * given.reading + statuses * given.status,
        _instances(_nats_load(readings, statuses, given)),
        (readings * _nats_cpu(given) + statuses * _nats_status_cpu(given)) / 1e6,
        meters * given.nats_connection,
        DAY_S * (readings * given.nats_disk + statuses * given.nats_status_disk),
        meters / given.nats_connects_per_s,
        100 * (readings + statuses) * _mosquitto_cpu(given) / 1e6,
        meters * given.mosquitto_connection,
        _instances((readings + statuses) / given.collector_per_cpu_s),
        _instances(readings / given.postgres_per_s),
        readings * given.postgres_cpu_us / 1e6,
        YEAR_S * readings * given.postgres_disk,
        DAY_S * readings * given.postgres_wal,
    )


def _nats_cpu(given: Measured) -> int:
    return given.nats_cpu_us + given.nats_out_cpu_us


def _nats_status_cpu(given: Measured) -> int:
    return given.nats_status_cpu_us + given.nats_status_out_cpu_us


def _mosquitto_cpu(given: Measured) -> int:
    return given.mosquitto_cpu_us + given.mosquitto_out_cpu_us


def _nats_load(readings: float, statuses: float, given: Measured) -> float:
    """The share of one cluster, coming in and handed on: the rates are of coming in, and handing on takes CPU, too."""
    both = _nats_cpu(given) / given.nats_cpu_us
    of_statuses = _nats_status_cpu(given) / given.nats_status_cpu_us
    return readings * both / given.nats_per_s + statuses * of_statuses / given.nats_statuses_per_s


def _instances(load: float) -> int:
    return max(1, ceil(100 * load / USED_PERCENT))


def first_to_give_out(
    every_s: int, status_s: int, memory: int, disk: int, given: Measured = MEASURED
) -> list[tuple[str, int]]:
    """(what, meters that one of it bears), the least first: one broker, one database, memory and disk in bytes."""
    share = USED_PERCENT / 100
    # Of one meter.
    reading, status = 1 / every_s, 1 / status_s
    bears = {
        "a year of readings on the database's disk": disk / (YEAR_S * reading * given.postgres_disk),
        "connections in the memory of three NATS nodes": 3 * memory / given.nats_connection,
        "messages through one NATS cluster": share / _nats_load(reading, status, given),
        "connections in mosquitto's memory": memory / given.mosquitto_connection,
        "mosquitto's one thread": 1e6 * share / (_mosquitto_cpu(given) * (reading + status)),
        "rows into one PostgreSQL": share * given.postgres_per_s / reading,
        "messages through one collector": share * given.collector_per_cpu_s / (reading + status),
    }
    return sorted(((what, int(meters)) for what, meters in bears.items()), key=lambda each: each[1])


CASES = (
    ("a house", 4, 60, 30),
    ("a hundred cabinets", 400, 900, 30),
    ("four thousand cabinets", 16_000, 900, 600),
    ("a million meters", 1_000_000, 900, 3600),
    ("ten million meters", 10_000_000, 60, 3600),
)
# What the order is reckoned for.
_MEMORY, _DISK = 64 * 10**9, 8 * 10**12
_ROWS = (
    ("meters", lambda n: number(n.meters)),
    ("a reading every", lambda n: duration(n.every_s)),
    ("a status every (`status_s`)", lambda n: duration(n.status_s)),
    ("readings a second", lambda n: number(n.readings_per_s)),
    ("statuses a second", lambda n: number(n.statuses_per_s)),
    ("on the wire, a second", lambda n: size(n.wire_per_s)),
    ("NATS: clusters of three", lambda n: number(n.nats_clusters)),
    ("NATS: cores, all nodes", lambda n: number(n.nats_cores)),
    ("NATS: memory, all nodes", lambda n: size(n.nats_memory)),
    ("NATS: disk, all nodes, collectors a day away", lambda n: size(n.nats_day_away)),
    ("NATS: until all have connected again", lambda n: duration(n.reconnect_s)),
    ("mosquitto instead: of its one thread", lambda n: number(n.mosquitto_share) + " %"),
    ("mosquitto instead: memory", lambda n: size(n.mosquitto_memory)),
    ("collectors", lambda n: number(n.collectors)),
    ("PostgreSQL: databases", lambda n: number(n.databases)),
    ("PostgreSQL: cores, all", lambda n: number(n.database_cores)),
    ("PostgreSQL: disk a year", lambda n: size(n.disk_per_year)),
    ("PostgreSQL: write-ahead log a day", lambda n: size(n.wal_per_day)),
)


def table(cases=CASES) -> str:
    """As Markdown: a column a case."""
    needs = [need(*case) for case in cases]
    lines = ["| | " + " | ".join(each.name for each in needs) + " |", "|---|" + "---:|" * len(needs)]
    lines += [f"| {what} | " + " | ".join(tell(each) for each in needs) + " |" for what, tell in _ROWS]
    return "\n".join(lines)


def order(every_s: int, status_s: int) -> str:
    """As Markdown: what gives out first, with 64 GB of memory a node and 8 TB of disk."""
    found = first_to_give_out(every_s, status_s, _MEMORY, _DISK)
    rows = [f"| {number(_two_digits(meters))} | {what} |" for what, meters in found]
    return "\n".join(["| meters | what is full then |", "|---:|---|", *rows])


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def number(value: float) -> str:
    """Two digits, or whole."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:.2g}" if value < 10 and value != int(value) else f"{value:,.0f}".replace(",", " ")


def size(value: float) -> str:
    """Bytes with two digits."""
    units = ["B", "kB", "MB", "GB", "TB", "PB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{number(_two_digits(value))} {units[0]}"


def duration(seconds: float) -> str:
    for length, unit in ((DAY_S, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{number(_two_digits(seconds / length))} {unit}"
    return f"{number(_two_digits(seconds))} s"


def main(arguments: list[str]) -> int:
    if len(arguments) not in (0, 3) or not all(each.isdigit() and int(each) > 0 for each in arguments):
        print("usage: python -m lumbus.report.capacity [METERS READING-EVERY-S STATUS-EVERY-S]", file=sys.stderr)
        return 2
    if arguments:
        meters, every_s, status_s = map(int, arguments)
        print(table([("so many", meters, every_s, status_s)]), order(every_s, status_s), sep="\n\n")
    else:
        print(table(), order(900, 3600), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
