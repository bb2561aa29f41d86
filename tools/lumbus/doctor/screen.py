"""The doctor's lines: one a link as it is known, in plain text where no terminal is."""

import sys

from rich.console import Console
from rich.text import Text

from .finding import Finding

_MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}
_NAMES = {"port": "port", "wifi": "Wi-Fi"}
_WIDTH = 9


class Screen:
    """`quiet`: only what is waited for is shown, on standard error."""

    def __init__(self, quiet: bool):
        self._out = Console(highlight=False, markup=False, quiet=quiet)
        self._err = Console(stderr=True, highlight=False, markup=False)
        self._status = None

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_) -> None:
        self.progress("")

    def progress(self, text: str) -> None:
        """What is being waited for; "" for nothing."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        if text and self._err.is_terminal:
            self._status = self._err.status(f"{text} …")
            self._status.start()

    def show(self, finding: Finding) -> None:
        self.progress("")
        mark, colour = _MARKS[finding.well]
        self._line(Text(mark, colour), f"{_NAMES.get(finding.link, finding.link):<{_WIDTH}}", finding.text)
        if finding.advice:
            self._line(Text(" "), " " * _WIDTH, "→ " + finding.advice)

    def _line(self, mark: Text, name: str, text: str) -> None:
        head = Text.assemble(mark, " ", (name, "bold"), " ")
        if not sys.stdout.isatty():
            # A pipe gets one line, whatever its length.
            self._out.print(head + Text(text), soft_wrap=True)
            return
        parts = Text(text).wrap(self._out, max(20, self._out.width - _WIDTH - 4))
        for number, part in enumerate(parts):
            self._out.print((head if not number else Text(" " * (_WIDTH + 3))) + part)

    def end(self, text: str, well: bool) -> None:
        self._out.print()
        self._out.print(Text(text, "green" if well else "bold red"))
