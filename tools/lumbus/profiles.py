"""The profiles that come with the firmware, as data."""

import json

from .paths import PROFILES


def names() -> list[str]:
    return sorted(file.stem for file in PROFILES.glob("*.json"))


def load(name: str) -> dict:
    """The profile's JSON object; ValueError with the known names where there is none."""
    if name not in names():
        raise ValueError(f"there is no profile {name!r}; known are {', '.join(names())}")
    return json.loads((PROFILES / f"{name}.json").read_text())


def faster(profile: dict, speed: int, settle_s: int) -> dict:
    """The profile of the same meter whose energy runs `speed` times faster."""
    scaled = {**profile, "settle_s": settle_s, "max_power_w": profile["max_power_w"] * speed}
    # It is simulated, so nothing about its refresh has to be found out.
    scaled["refresh_most_ms"] = profile["refresh_ms"]
    for kind in ("ranges", "rated"):
        scaled[kind] = dict(profile.get(kind, {}))
        for role in {"power", "current"} & scaled[kind].keys():
            scaled[kind][role] = [str(int(bound) * speed) for bound in scaled[kind][role]]
    return scaled
