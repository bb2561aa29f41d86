"""What verdicts and numbers are in words."""

from decimal import Decimal

# (ok, wait or bad; in two or three words; what it says)
_VERDICTS = {
    "agree": ("ok", "Both agree", "Register and light tell the same energy."),
    "learning": ("wait", "Learning", "Not enough has been read yet to say whether register and light agree."),
    "pulses_missing": ("bad", "Pulses missing", "The register has proven more energy than the light saw."),
    "pulses_extra": ("bad", "Too many pulses", "The light saw more than the register has proven."),
    "register_stuck": ("bad", "Register stands still", "The light runs, the register does not."),
    "pulse_constant_wrong": ("bad", "Wrong constant", "The light has another constant than the profile."),
    "no_meter": ("bad", "No answer", "The meter does not answer."),
    "unchecked": ("wait", "Not checked", "This meter has no light to compare its register with."),
}


def verdict_words(verdict: str | None) -> tuple[str, str, str]:
    """(state, words, sentence)."""
    if verdict is None:
        return "wait", "Nothing read", "There is no reading of this meter yet."
    return _VERDICTS.get(verdict) or ("bad", verdict.replace("_", " "), "This verdict is not known here.")


def kwh(value: Decimal | None) -> str:
    """All its decimals, with spaces between thousands; a dash for what is not known."""
    return "–" if value is None else f"{value:,f}".replace(",", "\u202f")


def watts(value: Decimal | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 100 else f"{value:f}"


def percent(low: Decimal | None, high: Decimal | None) -> str:
    """An interval of a ratio, both ends to a hundredth of a percent and outwards."""
    if low is None or high is None:
        return "–"
    step = Decimal("0.01")
    least = (low * 100).quantize(step, rounding="ROUND_FLOOR")
    most = (high * 100).quantize(step, rounding="ROUND_CEILING")
    return f"{least}…{most}\u202f%"


def duration(seconds: Decimal | int) -> str:
    """The two largest units: "3 d 4 h", "12 min"."""
    left = int(seconds)
    parts = []
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        many, left = divmod(left, size)
        if many or parts:
            parts.append(f"{many}\u202f{name}" if many else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or "0\u202fs"


def short(meter: str) -> str:
    """The eight digits on the meter's front, of a secondary address."""
    return meter[:8] if len(meter) == 16 else meter


def count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,}".replace(",", "\u202f") + " " + (one if number == 1 else many or one + "s")
