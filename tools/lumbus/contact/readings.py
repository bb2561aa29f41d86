"""Readings and events as people read them: shared by all that show them."""

COLOURS = {"agree": "green", "learning": "yellow", "unchecked": "cyan", "no_meter": "red"}
WRONG = "bold red"


def shown(value, places: int) -> str:
    """A number in so many places, – for none."""
    return "–" if value is None else f"{value:.{places}f}"


def light_shown(reading: dict) -> str:
    """The power that the light says, or the most that it can be."""
    if reading.get("power_light_max_w") is not None:
        return f"≤ {reading['power_light_max_w']:.1f}"
    return shown(reading.get("power_light_w"), 1)


def event_words(event: dict) -> str:
    """Kind, bounds or text, and whether it is over."""
    count = ""
    if event.get("pulses_low") is not None:
        count = f": {event['pulses_low']} to {event['pulses_high']} pulses"
    elif event.get("text"):
        count = f": {event['text']}"
    return event["kind"] + count + ("" if event.get("open", True) else " (over)")


def span(seconds) -> str:
    """A time that has passed, in the unit that fits."""
    whole = max(0, int(seconds))
    for unit, least in (("d", 172800), ("h", 7200), ("min", 120)):
        if whole >= least:
            return f"{whole // {'d': 86400, 'h': 3600, 'min': 60}[unit]} {unit}"
    return f"{whole} s"
