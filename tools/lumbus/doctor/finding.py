"""What the doctor finds of one link of the chain."""

from dataclasses import dataclass

# By link: what to look at when it is the first that is wrong is in the words of the finding itself.
LINKS = ("port", "gateway", "firmware", "wifi", "clock", "broker", "bus", "meter", "light", "agreement")


@dataclass(frozen=True)
class Finding:
    """`well`: True, False, or None for what is not there or cannot be told yet.

    fault: a word for programs, where it is not well; advice: what to do.
    """

    link: str
    well: bool | None
    text: str
    fault: str | None = None
    advice: str | None = None


def good(link: str, text: str) -> Finding:
    return Finding(link, True, text)


def absent(link: str, text: str) -> Finding:
    return Finding(link, None, text)


def wrong(link: str, fault: str, text: str, advice: str) -> Finding:
    return Finding(link, False, text, fault, advice)
