"""What a search shows while it runs: results on standard output, the bar on standard error.

The bar is drawn on a terminal only.  Where both are the same terminal, results
appear above the bar.
"""

import sys
import textwrap

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

# What a line of results is indented by where it goes on.
_INDENT = " " * 5


class Screen:
    """A context manager: the bar is gone and the cursor back when it is left, however it is left."""

    def __init__(self):
        console = Console(stderr=True, highlight=False, markup=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            # Room for the ^C that a terminal shows: a line that breaks there could not be wiped away.
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]:<16}"),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, what="")

    def __enter__(self):
        self._bar.start()
        return self

    def __exit__(self, *_) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """A line of results, at once."""
        if not sys.stdout.isatty():
            print(line, flush=True)
            return
        console = self._bar.console
        parts = textwrap.wrap(line, console.width - 1, subsequent_indent=_INDENT, break_on_hyphens=False) or [""]
        # A JSON object stays one line, however a terminal may fold it.
        text = line if line.startswith("{") else "\n".join(parts)
        if self._bar.disable:
            print(text, flush=True)
        else:
            console.print(text, soft_wrap=True)

    def progress(self, baud: int, done: int, total: int, text: str) -> None:
        self._bar.update(self._task, description=f"{baud} baud", completed=done, total=total, what=text)
