"""`lumbus report`: the page or the pictures, and a line of what was written."""

import json
import re
from pathlib import Path

from ..collect.options import database_of
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from . import draw
from .fleet import fleet_pictures
from .gather import Range, fleet_of, look_for_gaps, meter_of, range_of
from .model import CALM, Standing
from .pictures import Picture, name_of, pictures
from .store import Store, now_ms
from .words import count
from .zone import DAY, SECOND, parse_from, parse_to, told, zone_named

# The fleet's table ends here: nobody reads more, and a browser does not like it.
_MOST_LINES = 200
_DEFAULT = 31 * DAY


def run(options) -> int:
    return guarded("report", lambda: _run(options))


def _run(options) -> int:
    draw.want()
    zone = zone_named(options.timezone)
    store = Store(database_of(options))
    try:
        wanted = _wanted(store, options.meters)
        during = _range(store, wanted, options, zone)
        fleet = fleet_of(store, wanted, during)
        if not any(line.read for line in fleet):
            raise Trouble(
                f"no reading from {told(during.start, zone)} to {told(during.end, zone)}: {_have(store, wanted, zone)}",
                BAD,
            )
        shown = fleet[: max(options.top, _MOST_LINES)]
        look_for_gaps(store, shown, during)
        files = _pictures(store, fleet, during, options) if options.png else _page(store, fleet, shown, during, options)
    finally:
        store.close()
    _tell(fleet, files, during, options)
    return OK


def _wanted(store: Store, patterns: list[str]) -> list[tuple[str, str]]:
    every = store.meters([])
    if not every:
        raise Trouble(
            f"{store.where} has no meter yet: nothing was collected, or only what gateways say of themselves", BAD
        )
    for pattern in patterns:
        if not store.meters([pattern]):
            some = ", ".join(meter for _, meter in every[:5]) + (
                f" and {len(every) - 5} more" if len(every) > 5 else ""
            )
            raise Trouble(f"--meter {pattern}: there is none; there are {some}", USAGE)
    return store.meters(patterns)


def _range(store: Store, wanted: list[tuple[str, str]], options, zone) -> Range:
    span = store.span(set(wanted))
    if span is None:
        raise Trouble("no reading has a time yet: the gateways' clocks were never set", BAD)
    end = parse_to(options.end, zone) if options.end else span[1] + 1
    start = (
        parse_from(options.start, zone)
        if options.start
        else max(span[0], end - _DEFAULT)
        if span[0] < end
        else end - DAY
    )
    if start >= end:
        raise Trouble(f"the range ends before it begins: {told(start, zone)} to {told(end, zone)}", USAGE)
    # The future has no gaps.
    return range_of(start, max(start + SECOND, min(end, max(now_ms(), span[1] + 1))), options.by, zone)


def _have(store: Store, wanted: list[tuple[str, str]], zone) -> str:
    span = store.span(set(wanted))
    return (
        "there is none at all"
        if span is None
        else f"there are readings from {told(span[0], zone)} to {told(span[1], zone)}"
    )


def _page(store: Store, fleet: list[Standing], shown: list[Standing], during: Range, options) -> list[str]:
    from .page import Fleet, page

    meters = [meter_of(store, (line.gateway, line.meter), during) for line in fleet[: options.top]]
    gateways = {line.gateway for line in fleet}
    silent = {gateway: seconds for gateway, seconds in store.silent().items() if gateway in gateways}
    made = page(options.title, Fleet(fleet, len(shown), silent, now_ms()), meters, during)
    try:
        Path(options.out).write_text(made, encoding="utf-8")
    except OSError as e:
        raise Trouble(f"cannot write {options.out}: {e.strerror}", USAGE)
    return [options.out]


def _pictures(store: Store, fleet: list[Standing], during: Range, options) -> list[str]:
    folder = Path(options.png)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Trouble(f"cannot write {folder}: {e.strerror}", USAGE)
    zone = during.zone
    files = [_png(folder, "all", each, each.title) for each in fleet_pictures(fleet)]
    for line in fleet[: options.top]:
        meter = meter_of(store, (line.gateway, line.meter), during)
        for each in pictures(meter, during) if meter.readings else []:
            head = f"{name_of(meter)}: {each.title}, {told(during.start, zone)[:10]} to {told(during.end, zone)[:10]}"
            files.append(_png(folder, f"{meter.gateway}-{meter.meter}", each, head))
    return [file for file in files if file]


def _png(folder: Path, whose: str, picture: Picture, head: str) -> str:
    if picture.paint is None:
        return ""
    name = re.sub("[^A-Za-z0-9_-]", "_", whose) + "-" + picture.key.removeprefix("all-") + ".png"
    made = draw.figure(picture.paint, draw.WIDE, picture.height + 30, head)
    draw.png(made, folder / name)
    draw.closed(made)
    return str(folder / name)


def _tell(fleet: list[Standing], files: list[str], during: Range, options) -> None:
    zone = during.zone
    bad = sum(line.verdict not in CALM for line in fleet)
    if options.json:
        print(
            json.dumps(
                {
                    "meters": len(fleet),
                    "disagree": bad,
                    "from": during.start // SECOND,
                    "to": during.end // SECOND,
                    "by": during.step,
                    "lines": [_plain(line) for line in fleet],
                    "files": files,
                }
            )
        )
        return
    what = files[0] if len(files) == 1 else f"{len(files)} pictures in {options.png}"
    when = f"{told(during.start, zone)} to {told(during.end, zone)}"
    print(f"{count(len(fleet), 'meter')}, {bad} of them disagree, {when}: {what}")


def _plain(line: Standing) -> dict:
    """Energies as decimal text: they are exact."""
    from decimal import Decimal

    def decimal(mwh: int | None) -> str | None:
        return None if mwh is None else str(Decimal(mwh).scaleb(-6))

    return {
        "gateway": line.gateway,
        "meter": line.meter,
        "verdict": line.verdict,
        "import_kwh": decimal(line.imported),
        "export_kwh": decimal(line.exported),
        "capture": None if line.low is None else [str(line.low), str(line.high)],
        "gaps": line.gaps,
        "gap_s": line.gap_s,
        "silent": line.silent,
    }
