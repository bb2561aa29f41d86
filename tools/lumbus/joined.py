"""What goes to a board in one piece: the application in `uplink.linked`, the board's own modules in `port`.

`uplink.front` is one as well, for boards with a lamp or a button.

Apart stay the packages themselves, the start, what it forgets, and what is loaded when it is asked for.
"""

from pathlib import Path

from uplink.preparing import BUILDING, CHECKING

from .link import Linked, Unit, needed
from .scopes import ONE_PARSER
from .shorten import shortened

LINKED = "uplink.linked"
_ALONE = {"mbus", "uplink", "uplink.start", "uplink.forget", "uplink.preparing"}
_APART = _ALONE | {*(f"uplink.{name}" for name in (*CHECKING, *BUILDING))}
_PIECES = (
    (LINKED, ("uplink.wiring", "uplink.equipment")),
    ("uplink.front", ("uplink.front",)),
    ("port", ("port",)),
    ("uplink.door", ("uplink.door",)),
    ("uplink.web", ("uplink.web",)),
)


def dotted(place: Path) -> str:
    """The name under which a place is imported."""
    parts = place.with_suffix("").parts
    parts = parts[1:] if parts[0] == "lib" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# Of each place the files that its text is made of: [(its first line there, file)].
Made = dict[Path, list[tuple[int, Path]]]


def joined(places: dict[Path, Path], more: tuple = ()) -> dict[Path, str]:
    """{place: text} of what is to be compiled.  more: further pieces, as in _PIECES."""
    return joined_of(places, more)[0]


def joined_of(places: dict[Path, Path], more: tuple = ()) -> tuple[dict[Path, str], Made]:
    """The same, and what each is made of: every line of a file is one there, in that order."""
    with ONE_PARSER:
        return _joined(places, more)


def _joined(places: dict[Path, Path], more: tuple) -> tuple[dict[Path, str], Made]:
    texts = shortened(list(places))
    where = {dotted(place): place for place in places.values()}
    units = {dotted(place): Unit(dotted(place), texts[file]) for file, place in places.items()}
    files = {dotted(place): file for file, place in places.items()}
    starts = {name: [(1, file)] for name, file in files.items()}
    pieces = {**dict(_PIECES), **dict(more)}
    for name, roots in pieces.items():
        members = needed(units, roots, _APART | pieces.keys() - {name})
        if not members:
            continue
        piece = Linked(name, units, members)
        rest = {n: unit.with_text(piece.relinked(unit)) for n, unit in units.items() if n not in members}
        units = {**rest, name: Unit(name, piece.text)}
        starts[name] = [(line, files[member]) for line, member in piece.starts]
        where[name] = Path(*name.split(".")).with_suffix(".py")
    return {where[name]: unit.text for name, unit in units.items()}, {where[name]: starts[name] for name in units}
