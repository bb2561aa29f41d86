"""slot.json from this side: which slot a deployment may fill, and what the file says before and after it.

Runs under MicroPython as well, for the tests.

The firmware's own side is firmware/uplink/slots.py.
"""

import json

FILE = "/slot.json"


class State:
    """text: the file's, None where there is none.  has_flat: an application lies in the root or in the image."""

    def __init__(self, text: str | None, has_flat: bool):
        try:
            found = json.loads(text or "{}")
        except ValueError:
            found = {}
        if not isinstance(found, dict):
            found = {}
        self._has_flat = has_flat
        self.good = _slot(found.get("good"))
        self.trial = _slot(found.get("trial"))
        self.target = "b" if self.good == "a" else "a"

    @property
    def is_first(self) -> bool:
        """Whether there is no older application that could be kept."""
        return self.good is None and not self._has_flat

    def before(self) -> dict | None:
        """What the file must say while the target is being filled; None when it needs no change."""
        if self.trial is None:
            return None
        return {"run": self.good, "good": self.good, "trial": None, "tries": 0}

    def after(self) -> dict:
        if self.is_first:
            return {"run": self.target, "good": self.target, "trial": None, "tries": 0}
        return {"run": self.good, "good": self.good, "trial": self.target, "tries": 0}


def _slot(name) -> str | None:
    return name if name in ("a", "b") else None
