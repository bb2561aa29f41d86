"""The view of all meters: a line each, and what stands out."""

from datetime import tzinfo

from . import charts
from .html import cell, table, text
from .model import CALM, Standing, total
from .pictures import Picture
from .words import count, duration, kwh, percent, short, verdict_words, whole
from .zone import told

# So many meters have a bar.
_BARS = 20


def fleet_tiles(lines: list[Standing], silent: dict) -> list[tuple[str, str, str]]:
    found = [
        ("Meters", whole(len(lines)), ""),
        ("Both agree", whole(sum(line.verdict == "agree" for line in lines)), ""),
        ("Disagree", whole(sum(line.verdict not in CALM for line in lines)), ""),
        ("Silent gateways", whole(len(silent)), ""),
        ("Imported", kwh(total(line.imported for line in lines)), "kWh"),
    ]
    exported = total(line.exported for line in lines)
    return found + [("Exported", kwh(exported), "kWh")] if exported else found


def fleet_pictures(lines: list[Standing]) -> list[Picture]:
    """Of more than one meter: who used most, and who saw least."""
    if len(lines) < 2:
        return []
    return [picture for picture in (_amounts(lines), _ratios(lines)) if picture is not None]


def _amounts(lines: list[Standing]) -> Picture | None:
    known = sorted((line for line in lines if line.imported), key=lambda line: -(line.imported or 0))
    if not known:
        return None
    shown = known[:_BARS]
    names = _names(shown)
    rows = [(name, (line.imported or 0) / charts.MWH) for name, line in zip(names, shown, strict=True)]
    title = "Energy by meter" if len(known) <= _BARS else f"Energy by meter, the largest {_BARS}"
    ends = [f"{name} with {kwh(line.imported)} kWh" for name, line in zip(names, shown, strict=True)]
    alt = f"One bar a meter: from {ends[0]} to {ends[-1]}."

    numbers = table(
        title, ["Meter", "Import, kWh"], [[n, kwh(each.imported)] for n, each in zip(names, shown, strict=True)]
    )
    return Picture(
        "all-energy",
        title,
        alt,
        "",
        56 + 17 * len(rows),
        lambda axes, width: charts.amounts(axes, width, rows),
        numbers,
    )


def _ratios(lines: list[Standing]) -> Picture | None:
    known = sorted((line for line in lines if line.low is not None), key=lambda line: (line.low, line.high))
    if not known:
        return None
    shown = known[:_BARS]
    names = _names(shown)
    rows = [
        (name, float(line.low or 0) * 100, float(line.high or 0) * 100) for name, line in zip(names, shown, strict=True)
    ]
    title = "Capture ratio, last whole day" if len(known) <= _BARS else f"Capture ratio, the lowest {_BARS}"
    below = sum(line.high is not None and line.high < 1 for line in known)
    lowest = f"{names[0]} with {percent(shown[0].low, shown[0].high)}"
    alt = f"One interval a meter: {count(below, 'meter')} of {len(known)} below 100 %; the lowest is {lowest}."

    numbers = table(
        title,
        ["Meter", "Least and most"],
        [[n, percent(each.low, each.high)] for n, each in zip(names, shown, strict=True)],
    )
    return Picture(
        "all-capture", title, alt, "Left of the dashed line: pulses were proven that the light did not see.",
        50 + 17 * len(rows), lambda axes, width: charts.ratios(axes, width, rows), numbers,
    )  # fmt: skip


def _names(lines: list[Standing]) -> list[str]:
    """The eight digits, or the whole address where two meters have the same."""
    names = [short(line.meter) for line in lines]
    return [
        name if names.count(name) == 1 else f"{line.meter} {line.gateway}"
        for name, line in zip(names, lines, strict=True)
    ]


def fleet_table(lines: list[Standing], anchors: dict[tuple[str, str], str], zone: tzinfo) -> str:
    exports = any(line.exported for line in lines)
    heads = ["Meter", "Gateway", "Verdict", "Capture ratio", "Import, kWh", *(["Export, kWh"] if exports else [])]
    heads += ["Gaps", "Last reading"]
    numbers = {"Import, kWh", "Export, kWh"}
    head = "".join(f'<th scope="col"{" class=n" if name in numbers else ""}>{text(name)}</th>' for name in heads)
    body = "".join(_line(line, anchors, heads, zone) for line in lines)
    return (
        '<table class="stack"><caption>What needs attention first</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _line(line: Standing, anchors: dict, heads: list[str], zone: tzinfo) -> str:
    state, words, _ = verdict_words(line.verdict)
    anchor = anchors.get((line.gateway, line.meter))
    name = f"<code>{text(short(line.meter))}</code>"
    if anchor:
        name = f'<a href="#{anchor}">{name}</a>'
    gateway = line.gateway + (", silent" if line.silent else "")
    gaps = "–" if line.gaps is None else f"{line.gaps}, {duration(line.gap_s or 0)}" if line.gaps else "none"
    last = "never" if line.last_ts is None else told(line.last_ts, zone)
    cells = [
        cell(gateway, "Gateway", "bad" if line.silent else ""),
        cell(words, "Verdict", state),
        cell(percent(line.low, line.high), "Capture ratio"),
        cell(kwh(line.imported), "Import, kWh", number=True),
    ]
    if "Export, kWh" in heads:
        cells.append(cell(kwh(line.exported), "Export, kWh", number=True))
    cells += [cell(gaps, "Gaps"), cell(last, "Last reading")]
    return f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>'
