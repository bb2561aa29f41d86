"""A board's pin map with what config.json's `pins` gives otherwise, and what is wrong with that.

Needed once, at the start, and forgotten; `lumbus config check` runs the same on the computer.  Every fault is a
line: the path, the pin, why it is not fit, and which are.  What has no pin in it (true, a text) is left to the check
of the configuration's form, and counts as not given.
"""

# With their letters in chips.py.
_ROLES = (("tx", "t"), ("rx", "r"), ("lights", "l"), ("lamp", "p"), ("button", "b"))
_FLAGS = ("invert_tx", "invert_rx", "invert_lamp")
# Where the interrupt counts, lights share its queue of 8, which holds four pulses.
_MOST_BY_INTERRUPT = 2
_NONE = -1
# Of a board that nobody knows: nothing is touched.
NOTHING = {"lamp": None, "button": None, "lights": (), "units": 0}


def chosen(boards: dict, chips: dict, name: str, given: dict):
    """(the map, faults) of the board `name`; boards, chips: those of pins.py and chips.py; given: config.json's `pins`.

    The map gets `units`, the chip's counting units, and `button_pull`, whether the button's pin has a pull; it loses
    what only this check needs.  With faults it is the board's own, for its lamp and button only.
    """
    board = boards.get(name)
    if board is None:
        return NOTHING, ["board: %s is not known; known are %s" % (name, ", ".join(sorted(boards)))]
    chip = chips[board["chip"]]
    wanted = dict(board)
    wanted.update(_taken_over(given))
    faults = _Check(board, chip, wanted).faults(given)
    result = dict(board) if faults else wanted
    result["units"] = chip["units"]
    result["button_pull"] = result["button"] is not None and not _is_without_pull(chip, result["button"])
    del result["taken"]
    return result, faults


def _taken_over(given: dict) -> dict:
    """What is given and of its kind, as a map has it."""
    found = {}
    for key, value in given.items():
        if key in ("tx", "rx", "uart") and _is_number(value):
            found[key] = value
        elif key in ("lamp", "button") and _is_number(value):
            found[key] = None if value == _NONE else value
        elif key == "lights" and isinstance(value, list) and all(_is_number(pin) for pin in value):
            found[key] = tuple(value)
        elif key in _FLAGS and isinstance(value, bool):
            found[key] = value
        elif key == "pull" and value in ("up", "down", "none"):
            found[key] = None if value == "none" else value
        elif key == "edge" and value in ("falling", "rising"):
            found[key] = value
    return found


def _is_number(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class _Check:
    def __init__(self, board: dict, chip: dict, wanted: dict) -> None:
        self._board = board
        self._chip = chip
        self._wanted = wanted
        self._exist = [pin for first, last in chip["pins"] for pin in range(first, last + 1)]

    def faults(self, given: dict) -> list:
        found = self._of_numbers()
        used = {}
        # What is given comes last: it is what is in the way of the rest.
        for key, role in [r for r in _ROLES if r[0] not in given] + [r for r in _ROLES if r[0] in given]:
            for where, pin in _pins(self._wanted, key):
                why = None
                if pin in used:
                    why = "%s's already" % used[pin]
                elif key in given and not self._is_own(key, pin):
                    why = self._why(role, pin)
                used.setdefault(pin, where)
                if why is not None:
                    found.append("pins.%s: GPIO%d is %s; fit are %s" % (where, pin, why, self._fit(role)))
        return found

    def _of_numbers(self) -> list:
        """What is wrong with the UART's number, and with how many lights there are."""
        found = []
        chip = self._chip
        uart = self._wanted["uart"]
        if not 0 < uart < chip["uarts"]:
            fit = ", ".join([str(number) for number in range(1, chip["uarts"])])
            found.append("pins.uart: UART %d is not there, or the console's; fit are %s" % (uart, fit))
        count = len(self._wanted["lights"])
        units = chip["units"]
        if not units and count > _MOST_BY_INTERRUPT:
            found.append(
                "pins.lights: %d are too many; an %s counts by interrupt, and that does for %d"
                % (count, self._board["chip"], _MOST_BY_INTERRUPT)
            )
        elif units and count > units:
            found.append(
                "pins.lights: %d are too many; an %s has %d counting units" % (count, self._board["chip"], units)
            )
        return found

    def _is_own(self, key: str, pin: int) -> bool:
        """Whether the board's maker, or its map, has it there anyway."""
        return pin in [own for _, own in _pins(self._board, key)]

    def _why(self, role: str, pin: int):
        """Why this pin is not fit for that; None where it is."""
        chip = self._chip
        if pin not in self._exist:
            return "none of an %s" % self._board["chip"]
        for pins, purpose in self._board["taken"]:
            if pin in pins:
                return "taken: the board uses it for %s" % purpose
        for pins, roles, why in chip["unfit"]:
            if pin in pins and (not roles or role in roles) and not (role == "b" and pin == chip["boot"]):
                return why
        if _is_without_pull(chip, pin):
            if role == "l" and self._wanted["pull"] is not None:
                return 'without a pull resistor (with one of its own, say "pull": "none")'
            if role == "b":
                return "without a pull resistor"
        return None

    def _fit(self, role: str) -> str:
        """Those that are fit for it and free."""
        used = [pin for key, _ in _ROLES for _, pin in _pins(self._wanted, key)]
        return ", ".join([str(pin) for pin in self._exist if pin not in used and self._why(role, pin) is None])


def _is_without_pull(chip: dict, pin: int) -> bool:
    ends = chip["no_pull"]
    return bool(ends) and ends[0] <= pin <= ends[1]


def _pins(board: dict, key: str) -> list:
    """(where, number) of each pin of that entry."""
    value = board[key]
    if key == "lights":
        return [("lights[%d]" % at, pin) for at, pin in enumerate(value)]
    return [] if value is None else [(key, value)]
