"""`lumbus config boards`: the boards' pin maps, and which pins of a chip are fit for what, as in docs/boards.md."""

from collections.abc import Iterator

from ..trouble import OK
from .pretend import boards, chips

_ROLES = {"t": "`tx`", "r": "`rx`", "l": "a light", "p": "the lamp", "b": "the button"}


def run(options) -> int:
    print("\n".join(tables()))
    return OK


def tables() -> Iterator[str]:
    """Lines of Markdown."""
    yield "| `board` | chip | UART | TX | RX | lights 0, 1, … | lamp | button | network |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, board in boards().items():
        cells = [f"`{name}`", board["chip"].upper(), board["uart"], board["tx"], board["rx"]]
        cells += [", ".join(map(str, board["lights"])), _or_none(board["lamp"]), _or_none(board["button"])]
        yield _row([*cells, "Ethernet, Wi-Fi" if "lan" in board else "Wi-Fi"])
    yield ""
    yield "| chip | lights counted | pins | not for | because it is |"
    yield "|---|---|---|---|---|"
    for name, chip in chips().items():
        units = f"{chip['units']} in hardware" if chip["units"] else "2 by interrupt"
        exist = ", ".join(_range(*ends) for ends in chip["pins"])
        yield _row([name.upper(), units, exist, "", ""])
        for pins, roles, why in chip["unfit"]:
            yield _row(["", "", _listed(pins), _roles(roles), why + _but(roles, pins, chip)])
        if chip["no_pull"]:
            yield _row(["", "", _range(*chip["no_pull"]), "a light with a pull, the button", "without a pull resistor"])
    yield ""
    yield "| `board` | pins | taken for |"
    yield "|---|---|---|"
    for name, board in boards().items():
        for pins, purpose in board["taken"]:
            yield _row([f"`{name}`", _listed(pins), purpose])


def _row(cells) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _listed(pins) -> str:
    """Numbers in a row as a range."""
    rows: list[list[int]] = []
    for pin in pins:
        if rows and pin == rows[-1][1] + 1:
            rows[-1][1] = pin
        else:
            rows.append([pin, pin])
    return ", ".join(_range(first, last) for first, last in rows)


def _range(first: int, last: int) -> str:
    if last - first < 2:
        return ", ".join(map(str, range(first, last + 1)))
    return f"{first}…{last}"


def _or_none(pin) -> str:
    return "none" if pin is None else str(pin)


def _roles(letters: str) -> str:
    return ", ".join(_ROLES[letter] for letter in letters) if letters else "anything"


def _but(roles: str, pins, chip: dict) -> str:
    boot = chip["boot"]
    return f" ({boot} is fit for the button, which is what it is for)" if "b" in roles and boot in pins else ""
