"""What is painted of one meter: energy, power, agreement, capture ratio.  Floats are only for drawing."""

from datetime import tzinfo

from .draw import WIDE
from .look import LIGHT, VERDICT_COLOURS
from .model import WORST_FIRST, Capture, Energy, Event, Power, Span
from .ticks import ticks
from .words import verdict_words
from .zone import HOUR

# Steeper than that of gaps.
_SHARED = "\\\\\\\\"
MWH = 1_000_000
_WIRE, _RAY = LIGHT["wire"], LIGHT["ray"]


class Time:
    """The range, and how its axis is marked."""

    def __init__(self, start: int, end: int, zone: tzinfo, gaps: list[Span]):
        self.start, self.end, self.zone, self.gaps = start, end, zone, gaps

    def axis(self, axes, width: int) -> None:
        marks = ticks(self.start, self.end, self.zone, 9 if width == WIDE else 4)
        axes.set_xlim(self.start, self.end)
        axes.set_xticks([at for at, _ in marks], [text for _, text in marks])

    def shade(self, axes, labelled: bool) -> bool:
        """Where nothing was read; whether it can be seen at all."""
        shown = [gap for gap in self.gaps if gap.end > self.start and gap.start < self.end]
        for at, gap in enumerate(shown):
            text = "nothing read" if labelled and at == 0 else None
            axes.axvspan(
                gap.start, gap.end, facecolor=LIGHT["well"], edgecolor=LIGHT["line"], hatch="////", linewidth=0,
                zorder=0, label=text,
            )  # fmt: skip
        return bool(shown)


def energy(axes, width: int, rows: list[Energy], time: Time) -> None:
    """Bars over the time that they stand for; export hangs below."""
    shaded = time.shade(axes, True)
    exported = any(row.exported for row in rows)
    _bars(axes, rows, [row.imported for row in rows], 1, _WIRE, "import" if exported else None)
    if exported:
        _bars(axes, rows, [row.exported for row in rows], -1, LIGHT["good"], "export")
        axes.axhline(0, color=LIGHT["edge"], linewidth=0.8)
    late = any(row.shared for row in rows)
    if late:
        axes.bar(
            [0], [0], facecolor=_WIRE, edgecolor=LIGHT["panel"], hatch=_SHARED, linewidth=0, label="partly by time"
        )
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    axes.set_ylabel("kWh")
    axes.grid(axis="y")
    time.axis(axes, width)
    axes.set_xlim(rows[0].bucket.start, rows[-1].bucket.end)
    if exported or shaded or late:
        legend(axes, width)


def _bars(axes, rows: list[Energy], values: list, sign: int, colour: str, text: str | None) -> None:
    at = [row.bucket.start + (row.bucket.end - row.bucket.start) / 2 for row in rows]
    wide = [(row.bucket.end - row.bucket.start) * 0.82 for row in rows]
    tall = [0.0 if value is None else sign * value / MWH for value in values]
    if text:
        # What the legend shows: the first bar may be a hatched one.
        axes.bar([0], [0], color=colour, label=text)
    made = axes.bar(at, tall, wide, color=colour, linewidth=0)
    for row, bar in zip(rows, made, strict=True):
        if row.shared:
            bar.set_hatch(_SHARED)
            bar.set_edgecolor(LIGHT["panel"])


def power(axes, width: int, line: list[Power], time: Time) -> None:
    """The mean as a line, least to most behind it; broken where nothing was read."""
    time.shade(axes, True)
    for name, colour, text, style in (
        ("register", _WIRE, "the meter's record", "-"),
        ("light", _RAY, "by the light", (0, (4, 1.5))),
    ):
        points = [(each.bucket, getattr(each, name)) for each in line if getattr(each, name).count]
        if not points:
            continue
        at, least, mean, most = _broken(points, _unknown(line, name) + time.gaps)
        if name == "register":
            axes.fill_between(at, least, most, color=colour, alpha=0.18, linewidth=0)
        marker = "." if len(points) < 3 else ""
        axes.plot(at, mean, color=colour, linewidth=1.3, linestyle=style, label=text, marker=marker)
    axes.set_ylabel("W")
    axes.grid(axis="y")
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    time.axis(axes, width)
    legend(axes, width)


def _unknown(line: list[Power], name: str) -> list[Span]:
    """Where there are readings, and this power is in none of them."""
    return [
        Span(each.bucket.start, each.bucket.end, "gap")
        for each in line
        if (each.register.count or each.light.count) and not getattr(each, name).count
    ]


def _broken(points: list, gaps: list[Span]) -> tuple[list, list, list, list]:
    nothing = float("nan")
    at: list[float] = []
    columns: tuple[list[float], list[float], list[float]] = ([], [], [])
    before = None
    for bucket, tally in points:
        middle = (bucket.start + bucket.end) / 2
        if before is not None and any(gap.start < middle and gap.end > before for gap in gaps):
            at.append(middle)
            for column in columns:
                column.append(nothing)
        at.append(middle)
        for column, value in zip(columns, (tally.least, tally.total / tally.count, tally.most), strict=True):
            column.append(float(value))
        before = middle
    return at, *columns


def lanes(verdicts: list[Span], gaps: list[Span], events: list[Event]) -> list[str]:
    """The rows of the picture of agreement, from the bottom."""
    present = {span.what for span in verdicts}
    known = [word for word in reversed(WORST_FIRST) if word in present]
    unknown = sorted(present - set(WORST_FIRST))
    return known + unknown + (["gap"] if gaps else []) + (["event"] if events else [])


def agreement(axes, width: int, verdicts: list[Span], events: list[Event], time: Time) -> None:
    """A lane for each verdict that there was: told by place as well as by colour."""
    rows = lanes(verdicts, time.gaps, events)
    least = (time.end - time.start) / 400
    for place, what in enumerate(rows):
        if what == "event":
            at = [event.ts for event in events]
            axes.plot(at, [place] * len(at), linestyle="", marker="D", markersize=5, color=LIGHT["ink"])
            continue
        spans = time.gaps if what == "gap" else [span for span in verdicts if span.what == what]
        bars = [(span.start, max(span.end - span.start, least)) for span in spans]
        if what == "gap":
            look = {"facecolor": LIGHT["well"], "edgecolor": LIGHT["edge"], "hatch": "////", "linewidth": 0.5}
            axes.broken_barh(bars, (place - 0.36, 0.72), **look)
        else:
            colour = LIGHT[VERDICT_COLOURS.get(what, "bad")]
            axes.broken_barh(bars, (place - 0.36, 0.72), facecolor=colour, linewidth=0)
    axes.set_yticks(range(len(rows)), [_lane_words(what) for what in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    time.axis(axes, width)


def _lane_words(what: str) -> str:
    return {"gap": "Nothing read", "event": "Events"}.get(what) or verdict_words(what)[1]


def capture(axes, width: int, rows: list[Capture], time: Time) -> None:
    """An interval for each day, about the 100 % at which every pulse that the register proves was seen."""
    # The day that a ratio is of lies before it was told.
    at = [row.ts - 12 * HOUR for row in rows]
    low = [float(row.low) * 100 for row in rows]
    high = [float(row.high) * 100 for row in rows]
    axes.axhline(100, color=LIGHT["edge"], linewidth=0.9, linestyle=(0, (3, 2)))
    axes.vlines(at, low, high, color=_RAY, linewidth=5 if len(rows) < 40 else 2)
    axes.plot(at, [(a + b) / 2 for a, b in zip(low, high, strict=True)], linestyle="", marker="_", color=_RAY)
    room = max(0.5, (max([*high, 100]) - min([*low, 100])) * 0.15)
    axes.set_ylim(max(0, min([*low, 100]) - room), max([*high, 100]) + room)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    axes.grid(axis="y")
    Time(min([time.start, *at]) - 12 * HOUR, max([time.end, *at]), time.zone, []).axis(axes, width)


def legend(axes, width: int) -> None:
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=4 if width == WIDE else 2, borderaxespad=0.2, handlelength=1.6,
        columnspacing=1.4,
    )  # fmt: skip


def ratios(axes, width: int, rows: list[tuple[str, float, float]]) -> None:
    """One interval a meter, in percent; the first on top."""
    places = range(len(rows) - 1, -1, -1)
    axes.axvline(100, color=LIGHT["edge"], linewidth=0.9, linestyle=(0, (3, 2)))
    axes.hlines(places, [low for _, low, _ in rows], [high for _, _, high in rows], color=_RAY, linewidth=5)
    axes.plot([(low + high) / 2 for _, low, high in rows], places, linestyle="", marker="|", color=_RAY)
    least, most = min([100, *(low for _, low, _ in rows)]), max([100, *(high for _, _, high in rows)])
    room = max(0.2, (most - least) * 0.06)
    axes.set_xlim(max(0, least - room), most + room)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    axes.locator_params(axis="x", nbins=8 if width == WIDE else 4)
    _named(axes, [name for name, _, _ in rows], places)


def amounts(axes, width: int, rows: list[tuple[str, float]]) -> None:
    """One bar a meter, kWh; the first on top."""
    places = range(len(rows) - 1, -1, -1)
    axes.barh(places, [value for _, value in rows], 0.7, color=_WIRE)
    axes.set_xlabel("kWh")
    axes.locator_params(axis="x", nbins=8 if width == WIDE else 4)
    _named(axes, [name for name, _ in rows], places)


def _named(axes, names: list[str], places) -> None:
    axes.set_yticks(places, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
