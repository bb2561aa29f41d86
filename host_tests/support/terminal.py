"""Runs the `lumbus` command on a pseudo-terminal, as a person at one sees it."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Seen:
    """What a terminal got: `raw` with its colours, `plain` without, and the exit `code`."""

    def __init__(self, raw: str, code: int):
        self.raw = raw
        self.plain = re.sub(r"\x1b\[[0-9;]*m", "", raw)
        self.code = code


def on_a_terminal(columns: int, *arguments) -> Seen:
    """Standard output is a terminal of so many columns."""
    mine, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    env.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "lumbus", *map(str, arguments)]
    run = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, cwd=ROOT, env=env)
    os.close(theirs)
    out = b""
    try:
        while piece := os.read(mine, 4096):
            out += piece
    except OSError:
        pass  # So a pseudo-terminal says that the other end is closed.
    os.close(mine)
    return Seen(out.decode(), run.wait(60))
