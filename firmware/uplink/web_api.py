"""What the page asks for besides the state: plot, log, aiming; and the two small things that it can have done.

Loaded for such a call, and let go of behind it.
"""

import json

from .plot import NOTHING
from .web_http import Refused

# Texts: each key by itself would be a name more to keep.
_HISTORY = '{"step_s":300,"now_ts":%s,"uptime_s":%d,"meters":[%s]}'
_PLOT = '{"meter":%s,"address":%d,"power_w":%s}'
_LINES = 50
_RESTART_MS = 1500
_BLINK_MS = 10000


def power_of(plot, index: int) -> list:
    """W of the meter at this place, oldest first, None where nothing is known; last the step that is not over."""
    ring, _, total, count = plot.rows[index]
    found = [ring[(plot.at + step) % len(ring)] for step in range(len(ring))]
    while found and found[0] == NOTHING:
        found.pop(0)
    return [None if value == NOTHING else value for value in found] + [total // count if count else None]


def _history(door):
    app = door.app
    meters = [
        _PLOT % (json.dumps(meter.identity), meter.address, json.dumps(power_of(door.plot, index)))
        for index, meter in enumerate(app.meters)
    ]
    utc_ms = app.clock.utc_ms()
    now = json.dumps(None if utc_ms is None else utc_ms // 1000)
    return _HISTORY % (now, app.clock.ms() // 1000, ",".join(meters))


def _log(door):
    return '{"lines":%s}' % json.dumps(door.app.log.last(_LINES))


def _restart(door, given):
    app = door.app
    app.log("restart: asked for by the local page")
    # Once the answer is on its way.
    app.restart_ms = app.clock.ms() + _RESTART_MS
    app.restart_why = "by the local page"
    return {"restart": True}


def _identify(door, given):
    app = door.app
    if app.lamp is None:
        raise Refused(409, "this board has no lamp")
    app.blink_until_ms = app.clock.ms() + _BLINK_MS
    return {"seconds": _BLINK_MS // 1000}


def _aims(door):
    return '{"meters":[%s]}' % ",".join(door.aimed.values())


def _aim(door, given):
    app = door.app
    if door.mode == "setup":
        raise Refused(409, "the light is looked at once the configuration is kept and the board has started again")
    from .aim import Aim, seconds_of

    try:
        seconds = seconds_of(json.dumps(given.get("seconds", 120)).encode())
    except ValueError as e:
        raise Refused(422, str(e))
    if app.aim is not None:
        app.aim.end()
    app.aim = None
    door.aimed.clear()
    if not seconds:
        return {"seconds": 0}

    def tell(meter, text):
        # In a table of one entry for each meter: the newest is all that is shown.
        door.aimed[meter.address] = text

    app.aim = Aim(seconds, app.meters, app.clock, app.log, tell)
    return {"seconds": seconds}


WORK = {
    "history": (_history, None),
    "log": (_log, None),
    "restart": (None, _restart),
    "identify": (None, _identify),
    "aim": (_aims, _aim),
}
