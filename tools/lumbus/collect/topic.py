"""What a topic says: which kind of message, of which gateway and meter."""

import re
from functools import lru_cache
from typing import NamedTuple

from .exactly import Poison

# What is stored, below <base>/v1/<gateway>/ and below a meter's level there.
OF_GATEWAY = ("status", "info", "event", "update")
OF_METER = ("reading", "check", "availability")
_GATEWAY = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_METER = re.compile(r"[0-9A-Fa-f]{16}\Z")
_LONGEST = 512


class Place(NamedTuple):
    """kind "": nothing that is stored; `why`, where it should be and is not."""

    kind: str
    gateway: str = ""
    meter: str | None = None
    why: str | None = None


class Topics:
    """Those below one base."""

    def __init__(self, base: str):
        self._root = f"{base}/v1/"
        # A fleet's topics come again and again.
        self._place = lru_cache(65536)(self._look)

    def place(self, topic: str) -> Place:
        """Poison where it is like one of ours and does not fit."""
        place = self._place(topic)
        if place.why is not None:
            raise Poison(place.why)
        return place

    def _look(self, topic: str) -> Place:
        if len(topic) > _LONGEST:
            return Place("", why=f"the topic has more than {_LONGEST} characters")
        if not topic.startswith(self._root):
            return Place("", why=f"the topic is not below {self._root}")
        gateway, *parts = topic[len(self._root) :].split("/")
        leaf = parts[-1] if parts else ""
        # A command, an answer and what is asked for an update are named freely behind their first word.
        if not parts or parts[0] in ("cmd", "reply") or leaf not in OF_GATEWAY + OF_METER:
            return Place("")
        if len(parts) != (1 if leaf in OF_GATEWAY else 2):
            return Place("", why=f"the topic of a {leaf} has not so many parts")
        if not _GATEWAY.match(gateway):
            return Place("", why="the topic's gateway is no name of one")
        if leaf in OF_GATEWAY:
            return Place(leaf, gateway)
        if not _METER.match(parts[0]):
            return Place("", why="the topic's meter is no identity of 16 hexadecimal digits")
        return Place(leaf, gateway, parts[0])
