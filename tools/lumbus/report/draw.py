"""Figures: one look for all, as PNG or as SVG that takes its colours from the page it is in."""

import io
import logging
import re
from collections.abc import Callable
from pathlib import Path

from ..trouble import USAGE, Trouble
from .look import LIGHT

# A page shows the wide one or, on a telephone, the narrow one. Points of 1/72 inch.
WIDE, NARROW = 720, 350
_DPI = 144
_ID = re.compile(r' id="([^"]+)"')
# Numbers between tags are people's: the labels of an axis.
_TAG = re.compile(r"<[^>]*>")
_USED = re.compile(r'(?:url\(#|href="#)([^)"]+)')


def want() -> None:
    """Trouble where there is no matplotlib."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise Trouble("matplotlib is not installed: run make, or pip install '.[headend]'", USAGE)
    # That it builds its cache of letters, the first time, is nobody's business.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def figure(paint: Callable, width: int, height: int, head: str = ""):
    """A figure with one pair of axes that `paint(axes, width)` has painted; close it with `closed`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with pyplot.rc_context(_style(width)):
        made, axes = pyplot.subplots(figsize=(width / 72, height / 72), layout="constrained")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0, pad=5)
        axes.set_axisbelow(True)
        paint(axes, width)
        if head:
            made.suptitle(head, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return made


def _style(width: int) -> dict:
    ink = LIGHT["ink"]
    style = {"font.size": 9 if width == WIDE else 10, "axes.edgecolor": LIGHT["edge"], "text.color": ink}
    style |= {"axes.labelcolor": LIGHT["soft"], "xtick.color": LIGHT["soft"], "ytick.color": LIGHT["soft"]}
    style |= {"axes.facecolor": "none", "figure.facecolor": LIGHT["panel"], "hatch.linewidth": 0.6}
    style |= {"grid.color": LIGHT["line"], "grid.linewidth": 0.6, "axes.linewidth": 0.8, "legend.frameon": False}
    # A $ in a name is no formula.
    return style | {"text.parse_math": False, "font.family": "DejaVu Sans"}


def png(made, file: Path) -> None:
    """Trouble where it cannot be written."""
    try:
        made.savefig(file, dpi=_DPI, metadata={"Software": "lumbus report"})
    except OSError as e:
        raise Trouble(f"cannot write {file}: {e.strerror}", USAGE)


def svg(made, salt: str) -> str:
    """The <svg> element alone.  salt: another for each figure of a page, or their clippings get one name."""
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        made.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    used = set(_USED.findall(text))
    text = _ID.sub(lambda match: match[0] if match[1] in used else "", text)
    # Its rules would be the whole page's; a hundredth of a point is enough; the letters are the page's.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", text, flags=re.S)
    text = _TAG.sub(lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag[0]), text)
    text = re.sub(r"font-family: [^;\"]*; ", "", text).replace(' transform="rotate(-0 ', ' data-r="')
    text = re.sub(r' data-r="[^"]*"|<g/>|(?<=>)\s+(?=<)', "", text)
    return _coloured(text)


def _coloured(text: str) -> str:
    for name, colour in LIGHT.items():
        text = text.replace(colour, f"var(--{name})")
    return text


def closed(made) -> None:
    from matplotlib import pyplot

    pyplot.close(made)
