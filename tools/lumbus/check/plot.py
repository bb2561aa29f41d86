"""`lumbus check --plot`: what each reading says, the interval that closes, and the events."""

from importlib.util import find_spec
from typing import Any

from .experiment import Plan
from .trace import Trace, record

_INK = "#22303c"
_FAINT = "#8796a5"
_SAID = "#7fb2e5"
_KNOWN = "#1f6fb2"
_DOUBT = "#f2b84b"
_TRUE = "#d1495b"
_NAMED = "#b3261e"
# So many readings are drawn one by one.
_MOST_BARS = 3000


def needed() -> str | None:
    """What to install before anything can be drawn; None where it is there."""
    if find_spec("matplotlib") is None:
        return "--plot needs matplotlib: pip install '.[plot]'"
    return None


def draw(plan: Plan, file: str) -> None:
    """Draw the run of `plan` into `file`; OSError where that cannot be written."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    trace = record(plan)
    style: dict[Any, Any] = {"font.size": 10, "axes.edgecolor": _FAINT, "text.color": _INK, "axes.labelcolor": _INK}
    style |= {"xtick.color": _INK, "ytick.color": _INK, "axes.spines.top": False, "axes.spines.right": False}
    with pyplot.rc_context(style):
        figure, (top, bottom) = pyplot.subplots(
            2, 1, figsize=(10, 7.2), sharex=True, height_ratios=(2, 3), layout="constrained"
        )
        _readings(top, trace)
        _interval(bottom, trace)
        _marks(top, bottom, trace)
        figure.suptitle(_title(plan), x=0.01, ha="left", fontsize=12, fontweight="bold")
        figure.savefig(file, dpi=140)
        pyplot.close(figure)


def _title(plan: Plan) -> str:
    faults = ", ".join(f.text for f in plan.faults) or "nothing goes wrong"
    timed = ", timed by the pulses" if plan.least_s is not None else ""
    return f"The register against the light: {plan.load} load, a reading every {plan.poll_s:g} s{timed}; {faults}"


def _readings(axes, trace: Trace) -> None:
    """The two sums, as their difference: each reading allows a step's height of it."""
    each = max(1, len(trace.hours) // _MOST_BARS)
    hours = trace.hours[::each]
    # As wide as there is room, of the 680 points that the axis has.
    width = min(3.0, max(0.5, 450 / len(hours)))
    axes.vlines(hours, trace.said_low[::each], trace.said_high[::each], color=_SAID, linewidth=width, alpha=0.6)
    axes.plot([], [], color=_SAID, linewidth=4, label="what it allows")
    axes.plot(trace.hours, trace.true, color=_TRUE, linewidth=1.4, label="the truth")
    axes.set_ylabel("register − light, Wh")
    _head(axes, "Each reading alone: any difference of a register step's width", 2)


def _head(axes, text: str, columns: int) -> None:
    axes.set_title(text, loc="left", fontsize=10.5, color=_INK, pad=8)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 0.985), ncols=columns, frameon=False, fontsize=9, borderaxespad=0.2,
        handlelength=1.6, columnspacing=1.4,
    )  # fmt: skip


def _interval(axes, trace: Trace) -> None:
    hours = trace.hours
    axes.fill_between(hours, trace.low, trace.high, step="post", color=_KNOWN, alpha=0.22, linewidth=0)
    for edge in (trace.low, trace.high):
        axes.step(hours, edge, where="post", color=_KNOWN, linewidth=1)
    axes.fill_between([], [], color=_KNOWN, alpha=0.3, label="what they allow")
    if any(trace.doubted):
        axes.fill_between(
            hours, trace.low, trace.high, where=trace.doubted, step="post", color=_DOUBT, alpha=0.6, linewidth=0,
            label="under suspicion",
        )  # fmt: skip
    axes.plot(hours, trace.true, color=_TRUE, linewidth=1.4, label="the truth")
    low, high = min(trace.true), max(trace.true)
    room = max(2.0 * (high - low), 8 * trace.pulse_wh)
    axes.set_ylim(low - room, high + room)
    axes.set_ylabel("register − light, Wh (enlarged)")
    axes.set_xlabel("hours")
    axes.set_xlim(0, hours[-1])
    axes.grid(axis="y", color=_FAINT, alpha=0.25, linewidth=0.6)
    _head(axes, "All readings together: the interval closes", 3)


def _marks(top, bottom, trace: Trace) -> None:
    for mark in trace.injected:
        for axes in (top, bottom):
            axes.axvline(mark.hours, color=_TRUE, linewidth=1, linestyle=(0, (2, 2)))
        _label(bottom, mark.hours, mark.text, _TRUE, 0.04, "right")
    for mark in trace.named:
        for axes in (top, bottom):
            axes.axvline(mark.hours, color=_NAMED, linewidth=1.2)
        _label(bottom, mark.hours, mark.text, _NAMED, 0.04, "left")


def _label(axes, hours: float, text: str, colour: str, height: float, side: str) -> None:
    pad = 5 if side == "left" else -5
    axes.annotate(
        text, (hours, height), xycoords=("data", "axes fraction"), xytext=(pad, 0), textcoords="offset points",
        ha=side, va="bottom", color=colour, fontsize=9.5, fontweight="bold",
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )  # fmt: skip
