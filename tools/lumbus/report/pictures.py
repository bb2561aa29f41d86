"""The pictures of one meter: what each shows in words, how it is painted, and its numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from . import charts
from .gather import Range
from .html import table
from .model import MeterReport
from .words import adding_up, count, duration, kwh, percent, short, verdict_words, watts
from .zone import DAY, label, local, told

_EACH = {"minute": "minute", "ten-minutes": "ten minutes", "hour": "hour", "day": "day", "month": "month"}
# So many verdicts and gaps have a row.
_MOST_SPANS = 200


@dataclass
class Picture:
    """paint(axes, width) paints it, or it is None and `alt` says why there is nothing to paint."""

    key: str
    title: str
    alt: str
    caption: str
    height: int
    paint: Callable | None = None
    numbers: str = ""


def pictures(meter: MeterReport, during: Range) -> list[Picture]:
    time = charts.Time(during.start, during.end, during.zone, meter.gaps)
    return [
        _energy(meter, during, time),
        _power(meter, during, time),
        _agreement(meter, during, time),
        _capture(meter, time),
    ]


def _energy(meter: MeterReport, during: Range, time: charts.Time) -> Picture:
    rows = meter.energy
    title = f"Energy, each {_EACH[during.step]}"
    known = [row for row in rows if row.imported is not None or row.exported is not None]
    if not known:
        return Picture("energy", title, "No two readings of a register tell what flowed.", "", 0)
    most = max(known, key=lambda row: row.imported or 0)
    alt = f"Bars: {kwh(meter.imported)} kWh imported in all"
    if meter.exported:
        alt += f", {kwh(meter.exported)} kWh exported"
    alt += f"; most in {label(most.bucket, during.step, during.zone)}, {kwh(most.imported)} kWh."
    caption = "By the meter's register."
    if any(row.shared for row in rows):
        caption += " Hatched bars: part of it flowed while nothing was read, and is shared out by time."
    return Picture(
        "energy", title, alt, caption, 210,
        lambda axes, width: charts.energy(axes, width, rows, time), _energy_table(meter, during),
    )  # fmt: skip


def _energy_table(meter: MeterReport, during: Range) -> str:
    exports = any(row.exported for row in meter.energy)
    columns = [adding_up([row.imported for row in meter.energy])]
    if exports:
        columns.append(adding_up([row.exported for row in meter.energy]))
    notes = ["partly by time" if row.shared else "" for row in meter.energy]
    names = [label(row.bucket, during.step, during.zone) for row in meter.energy]
    rows = [[name, *map(kwh, values), note] for name, note, *values in zip(names, notes, *columns, strict=True)]
    heads = ["From", "Import, kWh", *(["Export, kWh"] if exports else []), "Note"]
    foot = ["Sum", kwh(meter.imported), *([kwh(meter.exported)] if exports else []), ""]
    return table(f"Energy of meter {meter.meter}", heads, rows, foot)


def _power(meter: MeterReport, during: Range, time: charts.Time) -> Picture:
    known = [row for row in meter.power if row.register.count or row.light.count]
    if not known:
        return Picture("power", "Power", "The readings have no power, neither the meter's own nor by the light.", "", 0)
    rows = [
        [
            label(row.bucket, during.step, during.zone),
            watts(row.register.least),
            watts(row.register.mean),
            watts(row.register.most),
            watts(row.light.mean),
        ]
        for row in known
    ]
    least = [row.register.least for row in known if row.register.least is not None]
    most = [row.register.most for row in known if row.register.most is not None]
    alt = (
        f"Lines over time: the meter's record from {watts(min(least))} to {watts(max(most))} W"
        if most
        else "A line over time"
    )
    alt += ", and power by the light." if any(row.light.count for row in known) else "; no light is counted."
    heads = ["From", "Least, W", "Mean, W", "Most, W", "By the light, mean, W"]
    return Picture(
        "power", "Power", alt, "Lines: means. The band goes from the least to the most that was read.", 190,
        lambda axes, width: charts.power(axes, width, meter.line, time),
        table(f"Power of meter {meter.meter}, of the readings", heads, rows),
    )  # fmt: skip


def _agreement(meter: MeterReport, during: Range, time: charts.Time) -> Picture:
    zone = during.zone
    spans = sorted([*meter.verdicts, *meter.gaps], key=lambda span: span.start)
    rows = [
        [told(span.start, zone), told(span.end, zone), duration((span.end - span.start) // 1000), _words(span.what)]
        for span in spans
    ]
    lasted: dict[str, int] = {}
    for span in spans:
        lasted[span.what] = lasted.get(span.what, 0) + max(0, min(span.end, during.end) - max(span.start, during.start))
    parts = [f"{_words(what)} {duration(ms // 1000)}" for what, ms in sorted(lasted.items(), key=lambda each: -each[1])]
    alt = "Bands over time: " + ", ".join(parts) + "." if parts else "There is no reading."
    lanes = len(charts.lanes(meter.verdicts, meter.gaps, meter.events))
    return Picture(
        "agreement", "Agreement of register and light", alt, "", 46 + 24 * lanes,
        (lambda axes, width: charts.agreement(axes, width, meter.verdicts, meter.events, time)) if parts else None,
        table(f"Verdicts of meter {meter.meter}", ["From", "Until", "For", "Verdict"], rows, most=_MOST_SPANS),
    )  # fmt: skip


def _words(what: str) -> str:
    return "Nothing read" if what == "gap" else verdict_words(what)[1]


def _capture(meter: MeterReport, time: charts.Time) -> Picture:
    title = "Capture ratio"
    if not meter.captures:
        text = "None yet: it is told when a whole day (UTC) with a light has ended and the register has moved in it."
        return Picture("capture", title, text, "", 0)
    rows = [[_day_before(each.ts), percent(each.low, each.high)] for each in meter.captures]
    low, high = min(each.low for each in meter.captures), max(each.high for each in meter.captures)
    alt = f"An interval for each of {count(len(rows), 'day')}, within {percent(low, high)}."
    return Picture(
        "capture", title, alt,
        "Of the pulses that the register proves, how many the light saw: for each day the least and the most that it "
        "can be. An interval that reaches 100 % is as it should be.", 170,
        lambda axes, width: charts.capture(axes, width, meter.captures, time),
        table(f"Capture ratio of meter {meter.meter}", ["Day", "Least and most"], rows),
    )  # fmt: skip


def _day_before(ts: int) -> str:
    """The day that had ended when it was told; days of the ratio are those of UTC."""
    return local(ts - DAY, UTC).strftime("%Y-%m-%d")


def name_of(meter: MeterReport) -> str:
    return f"Meter {short(meter.meter)}"
