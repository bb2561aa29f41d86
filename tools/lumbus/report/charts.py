"""What is painted of one meter: energy, power, agreement, capture ratio.  Floats are only for drawing."""

from datetime import tzinfo

from .draw import WIDE
from .look import LIGHT, VERDICT_COLOURS
from .model import WORST_FIRST, Capture, Energy, Event, Power, Span
from .ticks import ticks
from .words import verdict_words
from .zone import HOUR

_WIRE, _RAY, _SOFT = LIGHT["wire"], LIGHT["ray"], LIGHT["soft"]


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
        axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    late = any(row.after_gap for row in rows)
    if late:
        axes.bar(
            [0], [0], facecolor="none", edgecolor=LIGHT["ink"], hatch="....", linewidth=0.6, label="with what flowed unread"
        )  # fmt: skip
    axes.set_ylabel("kWh")
    axes.grid(axis="y")
    time.axis(axes, width)
    axes.set_xlim(rows[0].bucket.start, rows[-1].bucket.end)
    if exported or shaded or late:
        legend(axes, width)


def _bars(axes, rows: list[Energy], values: list, sign: int, colour: str, text: str | None) -> None:
    at = [row.bucket.start + (row.bucket.end - row.bucket.start) / 2 for row in rows]
    wide = [(row.bucket.end - row.bucket.start) * 0.82 for row in rows]
    tall = [0.0 if value is None else sign * float(value) for value in values]
    made = axes.bar(at, tall, wide, color=colour, label=text, linewidth=0)
    for row, bar in zip(rows, made, strict=True):
        if row.after_gap:
            bar.set_hatch("....")
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
        at, least, mean, most = _broken(points, time.gaps)
        if name == "register":
            axes.fill_between(at, least, most, color=colour, alpha=0.18, linewidth=0)
        marker = "." if len(points) < 3 else ""
        axes.plot(at, mean, color=colour, linewidth=1.3, linestyle=style, label=text, marker=marker)
    axes.set_ylabel("W")
    axes.grid(axis="y")
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    time.axis(axes, width)
    legend(axes, width)


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
            axes.broken_barh(
                bars, (place - 0.36, 0.72), facecolor=LIGHT["well"], edgecolor=LIGHT["edge"], hatch="////", linewidth=0.5
            )  # fmt: skip
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
