"""`lumbus traceback`: a board's traceback with the names that functions have in the sources.

A board has neither lines nor most names: they take memory there.  Several functions of a file can have one name on it;
of them those are told that the function before can have called, and that call the one behind.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uplink import __version__

from ..joined import dotted
from ..runtime import RuntimeMissing, sources
from ..trouble import BAD, OK, USAGE, Trouble, complain, guarded
from .origins import Origin, Origins, origins

_BEGIN = "Traceback (most recent call last):"
_FRAME = re.compile(r'File "([^"]+)", line \d+, in (\S+)')
_QUOTED = re.compile(r"'(\w+)'( object)?")
_VERSION = re.compile(r"\blumbus (\d\S*) on ")


@dataclass
class Frame:
    """A line of a traceback that names a function: what stands before that, and what the function may be."""

    line: str
    head: str
    file: str
    spelling: str
    functions: list[Origin]


@dataclass
class Traceback:
    """Its first line, its functions from the outermost to the innermost, and the line of the error."""

    begin: str
    frames: list[Frame]
    error: str


def run(options) -> int:
    return guarded("traceback", lambda: _run(options))


def _run(options) -> int:
    lines = _read(options.file).splitlines()
    _compare_versions(lines)
    if not any(_BEGIN in line for line in lines):
        raise Trouble(f'no traceback: there is no line with "{_BEGIN}"', BAD)
    try:
        known = _known(options.board)
    except RuntimeMissing as e:
        raise Trouble(str(e), BAD)
    for part in taken_apart(lines, known):
        if isinstance(part, Traceback):
            print(json.dumps(_told(part, known)) if options.json else "\n".join(shown(part, known)))
        elif not options.json:
            print(part)
    return OK


@cache
def _known(board: str) -> Origins:
    return origins(*sources(board))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(errors="replace")
    except OSError as e:
        raise Trouble(f"{file} cannot be read: {e.strerror}", USAGE)


def _compare_versions(lines: list[str]) -> None:
    others = {found[1] for line in lines if (found := _VERSION.search(line))} - {__version__}
    if others:
        told = " and ".join(sorted(others))
        complain(
            "traceback", f"it is of lumbus {told} and the names are of {__version__}: take the sources of that version"
        )


def taken_apart(lines: list[str], known: Origins) -> Iterator[Traceback | str]:
    """Tracebacks, and the lines between them, in their order."""
    waiting = iter(lines)
    line = next(waiting, None)
    while line is not None:
        if _BEGIN not in line:
            yield line
            line = next(waiting, None)
            continue
        begin, frames = line, []
        line = next(waiting, None)
        while line is not None and 'File "' in line:
            frames.append(_frame(line, known))
            line = next(waiting, None)
        narrow(frames)
        yield Traceback(begin, frames, line or "")
        line = next(waiting, None)


def _frame(line: str, known: Origins) -> Frame:
    found = _FRAME.search(line)
    if found is None:
        return Frame(line, "", "", "", [])
    file, spelling = found.groups()
    # As it was compiled: by its place, or by the name that it is imported under.
    module = file if "/" not in file and not file.endswith(".py") else dotted(Path(file))
    return Frame(line, line[: found.start()], file, spelling, known.functions.get((module, spelling), []))


def narrow(frames: list[Frame]) -> None:
    """Leaves those of each that go together with those beside; all, where one was called by another name."""
    for _ in frames:
        for caller, called in zip(frames, frames[1:]):
            pairs = [(one, other) for one in caller.functions for other in called.functions if one.calls(other)]
            if pairs:
                caller.functions = [one for one in caller.functions if any(one is pair[0] for pair in pairs)]
                called.functions = [one for one in called.functions if any(one is pair[1] for pair in pairs)]


def _words(traceback: Traceback, known: Origins) -> dict[str, list[str]]:
    """What the error's quoted names are in the sources: any class, or what the innermost function says."""
    functions = traceback.frames[-1].functions if traceback.frames else []
    said = frozenset().union(*(one.says for one in functions))
    words = {}
    for spelling, is_class in _QUOTED.findall(traceback.error):
        names = known.classes.get(spelling, set()) if is_class else known.words.get(spelling, set()) & said
        if names - {spelling}:
            words[spelling] = sorted(names)
    return words


def shown(traceback: Traceback, known: Origins) -> Iterator[str]:
    """Its lines, with the sources' names; what several functions can be has a line for each."""
    yield traceback.begin
    for frame in traceback.frames:
        if not frame.functions:
            yield frame.line
        for number, function in enumerate(frame.functions):
            yield f"{frame.head}{'   or ' if number else ''}{function.file}, in {function.name}"
    yield traceback.error
    for spelling, names in _words(traceback, known).items():
        yield f"  '{spelling}' is {' or '.join(names)}"


def _told(traceback: Traceback, known: Origins) -> dict:
    frames = [
        {
            "file": frame.file,
            "name": frame.spelling,
            "functions": [{"file": one.file, "name": one.name} for one in frame.functions],
        }
        for frame in traceback.frames
    ]
    return {"frames": frames, "error": traceback.error.strip(), "names": _words(traceback, known)}
