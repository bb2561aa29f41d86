"""The configuration files that people use, from the repository, with another place and other ports in them."""

import re

from ..paths import ROOT

HEADEND = ROOT / "tools" / "headend"


def filled(name: str, changes: dict[str, str]) -> str:
    """The text of HEADEND/name with {regular expression of whole lines: what stands there instead}.

    ValueError where one is not there exactly once: the file has changed, and what is tried is no longer what is used.
    """
    text = (HEADEND / name).read_text()
    for pattern, instead in changes.items():
        found = re.findall(rf"^{pattern}$", text, re.MULTILINE)
        if len(found) != 1:
            raise ValueError(f"tools/headend/{name}: {pattern!r} is there {len(found)} times, and must be once")
        text = re.sub(rf"^{pattern}$", lambda _, said=instead: said, text, flags=re.MULTILINE)
    return text
