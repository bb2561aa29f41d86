"""Which topics a collector takes, and how MQTT's topics appear as NATS's subjects."""

from .topic import OF_GATEWAY, OF_METER

_EMPTY = "/"
_POINT = "//"


def filters(base: str) -> list[str]:
    """The topic filters of all that is wanted."""
    of_gateway = [f"{base}/v1/+/{leaf}" for leaf in OF_GATEWAY]
    return of_gateway + [f"{base}/v1/+/+/{leaf}" for leaf in OF_METER]


class Wanted:
    """wanted(topic): whether one of filters(base) matches it."""

    def __init__(self, base: str):
        self._start = f"{base}/v1/"

    def __call__(self, topic: str) -> bool:
        if not topic.startswith(self._start):
            return False
        levels = topic[len(self._start) :].split("/")
        if len(levels) == 2:
            return levels[1] in OF_GATEWAY
        # A gateway's commands have three levels, too: none of them is called so.
        return len(levels) == 3 and levels[2] in OF_METER


def subject_of(topic: str) -> str:
    """NATS's subject of an MQTT topic: levels end in points, an empty level is "/", a point within one is "//".

    nats-server 2.9 refuses points and blanks in topics, and closes the connection; later ones refuse blanks.
    """
    return ".".join(level.replace(".", _POINT) or _EMPTY for level in topic.split("/"))


def topic_of(subject: str) -> str:
    """The inverse of subject_of()."""
    return "/".join("" if level == _EMPTY else level.replace(_POINT, ".") for level in subject.split("."))
