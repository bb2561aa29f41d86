"""What verdicts and numbers are in words."""

from decimal import Decimal

_MWH_PER_WH = 1000

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


def kwh(mwh: int | None) -> str:
    """Rounded to Wh; a dash for what is not known."""
    return "–" if mwh is None else f"{Decimal(_wh(mwh)).scaleb(-3):,f}".replace(",", "\u202f")


def adding_up(amounts: list[int | None]) -> list[int | None]:
    """The same rounded to Wh so that the rows add up to their rounded sum: the rounding is carried on."""
    found: list[int | None] = []
    exact = told = 0
    for amount in amounts:
        if amount is None:
            found.append(None)
            continue
        exact += amount
        wh = _wh(exact)
        found.append((wh - told) * _MWH_PER_WH)
        told = wh
    return found


def _wh(mwh: int) -> int:
    return (mwh + _MWH_PER_WH // 2) // _MWH_PER_WH


def watts(value: Decimal | None) -> str:
    if value is None:
        return "–"
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:f}"
    return shown.replace(",", "\u202f").replace("-", "\u2212")


def percent(low: Decimal | None, high: Decimal | None, to: str = "0.01") -> str:
    """An interval of a ratio, both ends to a hundredth of a percent, or as told, and outwards."""
    if low is None or high is None:
        return "–"
    step = Decimal(to)
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


def whole(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def count(number: int, one: str) -> str:
    """As "1 meter", "2 meters"."""
    return f"{whole(number)} {one if number == 1 else one + 's'}"
