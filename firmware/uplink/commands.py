"""The commands: `<base>/v1/<gateway>/cmd/<verb>`, and the answer to each on `…/reply/<verb>`.

The same on the board's console: a line `lumbus <verb> [payload]`, and the answer in a line `lumbus reply …`.

    poll      read every meter now, or one: its 16-digit identity or its address
    interval  seconds between readings, until the next start; for one meter: {"meter": …, "value": 30}
    identify  blink the board's lamp for so many seconds (10)
    restart   start again, once the answer is on its way
    log       the last so many lines (20)
    aim       fit the sensors for so many seconds (120), 0 ends it (see aim)
    update    take a new version: {"from": …, "release": …, "size": …}, or "off" (see update_order)
    state     everything at this moment, in "state" (see snapshot)
    probe     when a meter is silent: what answers at other parities and baud rates (see probe), once that is known

A payload is the value itself, or a JSON object with `value`, `meter` and `id`, of which each may be absent;
`id` comes back in the answer:

    {"verb": "poll", "id": 7, "ok": true, "text": "1 meter is read"}

Loaded when a command comes, and forgotten afterwards.
"""

import json

_VERBS = ("aim", "identify", "interval", "log", "poll", "probe", "restart", "state", "update")
_MOST_BYTES = 400
_RESTART_MS = 3000


def obey(app, verb: str, payload: bytes, send) -> None:
    """Carry it out and have the answer sent; whatever is wrong with it is the answer.

    send(leaf, text): `leaf` is the verb, or "error"; the text may be a list of texts that are one.
    """
    answer: dict = {"verb": verb[:20]}
    try:
        value, meter, answer["id"] = _taken_apart(payload)
        if verb not in _VERBS:
            raise ValueError("unknown; known are " + ", ".join(_VERBS))
        answer["text"] = _DO[verb](app, value, meter)
        answer["ok"] = True
        if verb == "probe":
            app.poller.probe.answer = send, answer
            return
    except ValueError as e:
        answer["ok"] = False
        answer["text"] = str(e)
        app.log("command %s: %s" % (answer["verb"], e))
    if not isinstance(answer["text"], list):
        text = json.dumps(answer)
    elif verb == "state":
        parts = answer.pop("text")
        text = [json.dumps(answer)[:-1] + ',"state":'] + parts + ["}"]
    else:
        answer["lines"] = answer.pop("text")
        text = json.dumps(answer)
    send(verb if verb in _VERBS else "error", text)


def _taken_apart(payload: bytes):
    """(value or None, meter or None, id or None)."""
    if len(payload) > _MOST_BYTES:
        raise ValueError("the payload has %d bytes; at most %d are taken" % (len(payload), _MOST_BYTES))
    try:
        text = payload.decode().strip()
    except ValueError:
        raise ValueError("the payload is no UTF-8 text")
    if not text.startswith("{"):
        return text or None, None, None
    try:
        given = json.loads(text)
    except ValueError:
        raise ValueError("the payload begins like a JSON object and is none")
    for key in given:
        if key not in ("value", "meter", "id"):
            raise ValueError("only value, meter and id are known in the payload")
    told = given.get("id")
    if isinstance(told, (dict, list)):
        raise ValueError("id must be a text or a number")
    return given.get("value"), given.get("meter"), told


def _number(value, least: int, most: int, usual: int, what: str) -> int:
    try:
        number = usual if value is None else int(value) if isinstance(value, (str, int)) else least - 1
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise ValueError("must be %d...%d %s" % (least, most, what))
    return number


def _meters(app, which) -> list:
    """All, or the one of that identity or address."""
    if which is None:
        return app.meters
    which = str(which).lower()
    found = [m for m in app.meters if which in (m.identity, str(m.address))]
    if not found:
        known = ["%s at address %d" % (m.identity or "not known yet", m.address) for m in app.meters]
        raise ValueError("no such meter; there are: " + ", ".join(known))
    return found


def _count(meters: list) -> str:
    return "1 meter" if len(meters) == 1 else "%d meters" % len(meters)


def _poll(app, value, meter) -> str:
    meters = _meters(app, value if meter is None else meter)
    for each in meters:
        each.poll_now()
    return _count(meters) + " will be read at once"


def _interval(app, value, meter) -> str:
    seconds = _number(value, 1, 86400, 0, "seconds")
    meters = _meters(app, meter)
    for each in meters:
        each.set_interval(seconds)
    return "%s: a reading in %d s on the mean, until the next start" % (_count(meters), seconds)


def _identify(app, value, meter) -> str:
    seconds = _number(value, 1, 60, 10, "seconds")
    if app.lamp is None:
        raise ValueError("this board has no lamp")
    app.blink_until_ms = app.clock.ms() + 1000 * seconds
    return "blinking for %d s" % seconds


def _restart(app, value, meter) -> str:
    app.restart_ms = app.clock.ms() + _RESTART_MS
    app.restart_why = "by command"
    return "it starts again in %d s" % (_RESTART_MS // 1000)


def _log(app, value, meter) -> list:
    return app.log.last(_number(value, 1, 50, 20, "lines"))


def _aim(app, value, meter) -> str:
    # It takes room for as long as it is needed only.
    from .aim import Aim, seconds_of

    seconds = seconds_of(b"" if value is None else str(value).encode())
    if app.aim is not None:
        app.aim.end()
    app.aim = None
    if not seconds:
        return "aiming is over"
    app.aim = Aim(seconds, app.meters, app.clock, app.log, app.remote.show_aim)
    return "aiming for %d s; see <meter>/aim" % seconds


def _state(app, value, meter) -> list:
    from .snapshot import parts

    return parts(app)


def _probe(app, value, meter) -> str:
    from .probe import Probe

    poller = app.poller
    if poller.probe is not None:
        raise ValueError("it is being done already")
    poller.probe = Probe(poller.master, app.meters, app.config["bus"])
    return "asked"


def _update(app, value, meter) -> str:
    from .update_order import taken

    return taken(app, value)


_DO = {
    "aim": _aim,
    "identify": _identify,
    "interval": _interval,
    "log": _log,
    "poll": _poll,
    "probe": _probe,
    "restart": _restart,
    "state": _state,
    "update": _update,
}
