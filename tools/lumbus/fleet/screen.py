"""The live table of a run, and its end."""

from rich.console import Console
from rich.live import Live
from rich.table import Table

_LABELS = {
    "on": "devices on",
    "connected": "connected",
    "accepted": "readings accepted",
    "stored": "readings stored",
    "waiting": "messages waiting at devices",
    "journal": "of these in journals",
    "failures": "connections lost or refused",
    "rate_per_s": "readings a second",
}


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
        table = Table(title=self._title, show_header=False)
        for name, label in _LABELS.items():
            if now.get(name) is not None:
                table.add_row(label, f"{now[name]:,}")
        for told in faults:
            table.add_row(told["fault"], _state(told))
        self._live.update(table, refresh=True)


def _state(told: dict) -> str:
    if "missed" in told:
        return f"did not happen: {told['missed']}"
    if "over_s" in told:
        return f"{told['struck']}, over after {told['over_s']} s"
    return f"[red]{told['struck']}[/red]" if "struck" in told else "to come"


def show_result(result: dict) -> None:
    """As a table, on standard output."""
    table = Table(show_header=False)
    for name, value in result.items():
        if name == "faults":
            for told in value:
                table.add_row(told["fault"], _state(told))
        elif isinstance(value, dict):
            table.add_row(name, ", ".join(f"{key} {part}" for key, part in value.items()))
        elif isinstance(value, list):
            table.add_row(name, ", ".join(map(str, value)))
        else:
            table.add_row(name, str(value))
    Console().print(table)
