"""A bar on standard error for what takes long, where that is a terminal and no program reads along."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn


def bar(quiet: bool) -> Progress:
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    return Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
