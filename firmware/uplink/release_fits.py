"""The second part of an update: whether a release is for this board, now that its signature is known to be right.

What is refused here has changed nothing.

Loaded when there is an update, and forgotten afterwards.
"""

from .manifest import after, broken, next_line, to_name, to_number, to_version
from .refused import Refused


def fitting(place, path: str, told: dict, about: dict) -> dict:
    """`told` of fetch_front() with what stands in the manifest before its files, as head() gives it.  Refused."""
    with place.open(path, "rb") as f:
        told.update(head(f, told["length"]))
    _compare(told, about)
    return told


def head(f, length: int) -> dict:
    """What stands before the files; `f` is open at the first line, whose length_of() is `length`.  Refused.

    {"version", "kind", "boards": list or None for all, "micropython": tuple, "mpy", "chip", "from": the version that it
    goes down from or None, "size", and "left": bytes of the manifest not read yet}.
    """
    told: dict = {"left": length}
    # Its length was told by the same line, before anything else was read.
    next_line(f, told)
    told["version"] = to_version(after(f, told, b"version"))
    kind = told["kind"] = to_name(after(f, told, b"kind"))
    boards = after(f, told, b"boards")
    told["boards"] = None if boards == b"*" else [to_name(word) for word in boards.split(b" ")]
    if kind == "application":
        told["micropython"] = to_version(after(f, told, b"micropython"), 2)
        told["mpy"] = to_number(after(f, told, b"mpy"))
    elif kind == "micropython":
        told["chip"] = to_name(after(f, told, b"chip"))
    else:
        raise broken("kind is application or micropython")
    line = next_line(f, told)
    told["from"] = None
    if line.startswith(b"downgrade-from "):
        told["from"] = to_version(line[15:])
        line = next_line(f, told)
    if not line.startswith(b"size "):
        raise broken("size is missing")
    told["size"] = to_number(line[5:])
    return told


def _compare(told: dict, about: dict) -> None:
    """Refused where it is not for this board, or not what was announced."""
    announced = about.get("release")
    if announced is not None and announced != told["release"]:
        raise Refused("this is release %s, and %s was announced" % (told["release"][:16], announced[:16]))
    whole = told["at"] + told["size"]
    if about.get("size") not in (None, whole):
        raise Refused("the release file has %d bytes, and %d were announced" % (whole, about["size"]))
    boards = told["boards"]
    if boards is not None and about["board"] not in boards:
        raise Refused("it is for the boards %s, and this is %s" % (", ".join(boards), about["board"]))
    running = tuple(about["micropython"][:3])
    if told["kind"] == "application":
        if running < told["micropython"]:
            found = _dotted(told["micropython"]), _dotted(running)
            raise Refused("it needs MicroPython %s or newer, and the board has %s: update that first" % found)
        if about["mpy"] != told["mpy"]:
            line = "its .mpy files are of version %d, and the board loads version %d: update MicroPython first"
            raise Refused(line % (told["mpy"], about["mpy"]))
        running = _numbers(about["version"])
    else:
        image = about.get("image") and about["image"]()
        if image is None:
            raise Refused("this board's MicroPython has no second partition for an update: flash it by cable")
        if told["chip"] != image.chip():
            raise Refused("it is for the chip %s, and this is the %s" % (told["chip"], image.chip()))
    _check_version(told["version"], told["from"], running)


def _check_version(new: tuple, allowed, running: tuple) -> None:
    """Nothing goes down unless it is signed as just that."""
    if allowed is not None:
        if allowed != running:
            found = _dotted(new), _dotted(allowed), _dotted(running)
            raise Refused("version %s is signed as a way down from %s, and the board runs %s" % found)
    elif new < running:
        found = _dotted(new), _dotted(running)
        raise Refused("version %s is older than %s, which the board runs: it is not signed as a way down" % found)


def _numbers(text: str) -> tuple:
    return tuple([int(word) for word in text.split(".")])


def _dotted(numbers) -> str:
    return ".".join([str(number) for number in numbers])
