"""The report as one HTML page that asks for nothing from anywhere: it can be sent, kept and printed."""

from dataclasses import dataclass
from datetime import tzinfo

from . import draw
from .fleet import fleet_pictures, fleet_table, fleet_tiles
from .gather import Range
from .html import folded, scrolled, table, text, tiles
from .look import style_sheet
from .model import CALM, MeterReport, Standing
from .pictures import Picture, name_of, pictures
from .words import count, duration, kwh, percent, short, verdict_words, watts, whole
from .zone import SECOND, told

_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_HOW = (
    "Energy is the difference of the meter's own registers. Register and light are two independent readings of the "
    "same energy: while they agree, each is the other's witness. The capture ratio says how many of the pulses that "
    "the register proves were seen; being bounded by the register's step it has two ends. Where nothing was read, what "
    "flowed is known from the registers before and after, and only its share of each period is by time."
)


@dataclass
class Fleet:
    """lines: the worst first, of `of` meters in all; sections: how many of them have one of their own."""

    lines: list[Standing]
    shown: int
    silent: dict[str, int | None]
    made: int


def page(title: str, fleet: Fleet, meters: list[MeterReport], during: Range) -> str:
    zone = during.zone
    spoken = f"{told(during.start, zone)} to {told(during.end, zone)}, {_zone_name(zone)}"
    parts = [
        f'<header class="top"><div class="bar"><h1>{text(title)}</h1><p>{text(spoken)}</p></div></header>',
        "<main>",
        _fleet(fleet, meters, during),
        *(_section(meter, fleet, during) for meter in meters),
        "</main>",
        f"<footer><p>{text(_HOW)}</p><p>Made {text(told(fleet.made, zone))} by lumbus report.</p></footer>",
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_ALONE}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style_sheet()}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _zone_name(zone: tzinfo) -> str:
    return str(getattr(zone, "key", None) or zone)


def _fleet(fleet: Fleet, meters: list[MeterReport], during: Range) -> str:
    lines = fleet.lines
    said = ""
    if fleet.shown < len(lines):
        said = f"<p>The {count(fleet.shown, 'meter')} that need most attention of {count(len(lines), 'meter')}.</p>"
    anchors = {(meter.gateway, meter.meter): _anchor(meter) for meter in meters}
    return (
        '<section class="panel" id="all" aria-labelledby="all-h"><h2 id="all-h">All meters</h2>'
        + tiles(fleet_tiles(lines, fleet.silent))
        + "".join(_figure(each, "all") for each in fleet_pictures(lines))
        + said
        + fleet_table(lines[: fleet.shown], anchors, during.zone)
        + _silent(fleet)
        + "</section>"
    )


def _silent(fleet: Fleet) -> str:
    if not fleet.silent:
        return ""
    rows = [
        [gateway, "never" if seconds is None else duration(seconds)]
        for gateway, seconds in sorted(fleet.silent.items(), key=lambda each: (each[1] is not None, -(each[1] or 0)))
    ]
    return "<h3>Silent gateways</h3>" + table("Not heard of now", ["Gateway", "For"], rows, most=50)


def _anchor(meter: MeterReport) -> str:
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in f"{meter.gateway}-{meter.meter}")
    return f"m-{safe}"


def _section(meter: MeterReport, fleet: Fleet, during: Range) -> str:
    name = _anchor(meter)
    line = next(each for each in fleet.lines if (each.gateway, each.meter) == (meter.gateway, meter.meter))
    state, words, sentence = verdict_words(line.verdict)
    parts = [
        f'<section class="panel meter" id="{name}" aria-labelledby="{name}-h">',
        f'<header><h2 id="{name}-h">{text(name_of(meter))}</h2>',
        f'<span class="soft"><code>{text(meter.meter)}</code> at gateway <code>{text(meter.gateway)}</code></span>',
        '<a href="#all">All meters</a></header>',
        f'<div class="say" data-state="{state}"><strong class="word">{text(words)}</strong>',
        f"{text(sentence)} {text(_disagreed(meter))}</div>",
        tiles(_tiles(meter, line)),
    ]
    if not meter.readings:
        parts.append("<p>There is no reading of this meter in this time.</p>")
    else:
        parts += [_figure(each, f"{short(meter.meter)}, {name}") for each in pictures(meter, during)]
    return "".join(parts) + _events(meter, during) + "</section>"


def _disagreed(meter: MeterReport) -> str:
    """What the verdict of now does not say: that it was not always so."""
    lasted = sum(span.end - span.start for span in meter.verdicts if span.what not in CALM)
    return f"In this time they did not agree for {duration(lasted // SECOND)}." if lasted else ""


def _tiles(meter: MeterReport, line: Standing) -> list[tuple[str, str, str]]:
    most = [row.register.most for row in meter.power if row.register.most is not None]
    found = [("Imported", kwh(meter.imported), "kWh")]
    if meter.exported:
        found.append(("Exported", kwh(meter.exported), "kWh"))
    found += [
        ("Highest power read", watts(max(most, default=None)), "W" if most else ""),
        ("Capture ratio, last day", percent(line.low, line.high, "0.1"), ""),
        ("Readings", whole(meter.readings), ""),
        ("Gaps", str(len(meter.gaps)), duration(line.gap_s) if line.gap_s else ""),
    ]
    return found


def _figure(picture: Picture, where: str) -> str:
    heading = f"<h3>{text(picture.title)}</h3>"
    if picture.paint is None:
        return f"{heading}<p>{text(picture.alt)}</p>"
    drawn = []
    for kind, width in (("wide", draw.WIDE), ("narrow", draw.NARROW)):
        made = draw.figure(picture.paint, width, picture.height)
        svg = draw.svg(made, f"{where} {picture.key} {kind}")
        draw.closed(made)
        drawn.append(svg.replace("<svg", f'<svg class="{kind}" role="img" aria-label="{text(picture.alt)}"', 1))
    caption = f"<figcaption>{text(picture.caption)}</figcaption>" if picture.caption else ""
    numbers = folded("Numbers", f"{picture.title}: numbers, {where}", picture.numbers) if picture.numbers else ""
    return f"{heading}<figure>{''.join(drawn)}{caption}</figure>{numbers}"


def _events(meter: MeterReport, during: Range) -> str:
    if not meter.events:
        return ""
    rows = [
        [told(each.ts, during.zone), each.kind.replace("_", " "), each.text, "goes on" if each.open else ""]
        for each in meter.events
        if each.ts is not None
    ]
    shown = table(f"What the gateway told of meter {meter.meter}", ["When", "What", "Evidence", "Now"], rows, most=100)
    return "<h3>Events</h3>" + scrolled(f"Events, {meter.meter} at {meter.gateway}", shown)
