"""What the demo shows: a line for each reading as it comes back from the broker."""

import sys

from rich.console import Console
from rich.text import Text

from ..contact.readings import COLOURS, WRONG, event_words, light_shown, shown

_HEAD = (
    f"{'time':>6}  {'register kWh':>12}  {'pulses':>7}  {'fused total kWh':>15}  {'± Wh':>7}  "
    f"{'power W':>8}  {'light W':>9}  verdict"
)


class Screen:
    """`quiet` shows nothing at all on standard output: --json owns it."""

    def __init__(self, quiet: bool):
        self._out = Console(highlight=False, soft_wrap=True, quiet=quiet)
        self._err = Console(highlight=False, soft_wrap=True, file=sys.stderr)
        self._quiet = quiet

    def step(self, text: str) -> None:
        self._out.print(Text(f"… {text}", style="dim"))

    def warn(self, text: str) -> None:
        self._err.print(Text(text, style="yellow"))

    def fail(self, text: str) -> None:
        self._err.print(Text(text, style="red"))

    def page(self, address: str, password: str) -> None:
        """The firmware's own page; --json has them in its object."""
        self._out.print(f"the firmware's page: {address}  password: {password}", style="bold")

    def head(self) -> None:
        self._out.print(Text("\n" + _HEAD, style="bold"))

    def reading(self, at_s: float, body: dict) -> None:
        line = Text(
            f"{at_s:5.1f}s  {shown(body.get('energy_import_kwh'), 2):>12}  {body.get('pulses', '–'):>7}  "
            f"{shown(body.get('energy_fused_kwh'), 4):>15}  {shown(body.get('fused_bound_wh'), 2):>7}  "
            f"{shown(body.get('power_w'), 0):>8}  {light_shown(body):>9}  "
        )
        verdict = body.get("verdict", "–")
        line.append(verdict, style=COLOURS.get(verdict, WRONG))
        if body["flags"]:
            line.append("  " + " ".join(body["flags"]), style="dim")
        self._out.print(line)

    def event(self, at_s: float, body: dict) -> None:
        self._out.print(Text(f"{at_s:5.1f}s  ⚡ {event_words(body)}", style="bold magenta"))

    def check(self, at_s: float, body: dict) -> None:
        if body["verdict"] == "no_meter":
            self._out.print(Text(f"{at_s:5.1f}s  no_meter: the meter does not answer", style="red"))

    def end(self, text: str) -> None:
        self._out.print("\n" + text)
