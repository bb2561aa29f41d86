"""The live table of a run, and its end."""

from rich.console import Console
from rich.live import Live
from rich.table import Table

_LABELS = {
    "on": "devices on",
    "connected": "connected",
    "accepted": "readings accepted",
    "waiting": "messages waiting at devices",
    "journal": "of these in journals",
    "failures": "connections lost or refused",
}
_RESULT = (
    ("broker, database, collectors", "{broker}, {store}, {collectors}"),
    ("devices", "{devices}, {rate:g} readings a second, {seconds:g} s"),
    ("accepted", "{accepted:,}"),
    ("stored", "{stored:,}, {rate_per_s} a second"),
    ("lost", "{lost}"),
    ("rows that are there twice", "{duplicate_rows}"),
    ("events", "{events}, {events_lost} lost"),
    ("from the meter to the database", "median {p50_delay_s} s, 99 % within {p99_delay_s} s"),
    ("without what was replayed", "median {p50_live_delay_s} s, 99 % within {p99_live_delay_s} s"),
    ("replayed from journals", "{replayed:,}"),
    ("sessions after the first", "{reconnects:,}, {connection_failures:,} connections failed"),
    ("starts of collectors", "{collector_starts}, {collector_failures} ended by themselves"),
    ("bytes a row", "{bytes_per_row}"),
    ("to start, run, drain", "{start_s}, {run_s}, {drain_s} s"),
)


class Screen:
    """Use as a context.  is_quiet: nothing at all."""

    def __init__(self, is_quiet: bool, title: str):
        self._title = title
        self._console = Console(stderr=True, quiet=is_quiet)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def __enter__(self) -> "Screen":
        self._live.start()
        return self

    def __exit__(self, *_) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def show(self, now: dict, faults: list[dict]) -> None:
        self._live.update(table_of(self._title, now, faults), refresh=True)


def table_of(title: str, now: dict, faults: list[dict]) -> Table:
    """How it is now: what the devices count, and what each fault does."""
    table = Table(title=title, show_header=False)
    for name, label in _LABELS.items():
        table.add_row(label, f"{now.get(name, 0):,}")
    for told in faults:
        table.add_row(told["fault"], _state(told))
    return table


def _state(told: dict) -> str:
    if "missed" in told:
        return f"did not happen: {told['missed']}"
    if "struck" not in told:
        return "to come"
    struck = f"{told['struck']}, at {told['at_s']} s"
    return f"{struck}, over at {told['over_s']} s" if "over_s" in told else f"[red]{struck}[/red]"


def show_result(result: dict) -> None:
    """As a table, on standard output; --json has all of it."""
    table = Table(show_header=False)
    for label, text in _RESULT:
        table.add_row(label, text.format_map(result))
    for told in result["faults"]:
        table.add_row(told["fault"], _state(told))
    for label, name in (("seconds of CPU", "cpu_s"), ("MiB of memory, the most at once", "memory_mb")):
        table.add_row(label, ", ".join(f"{group} {value}" for group, value in result[name].items()))
    Console().print(table)
