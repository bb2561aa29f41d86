"""Bus, meters, lights and agreement, as the gateway's state and its probe tell of them."""

from .finding import Finding, absent, good, wrong

_WIRING = (
    "is the meter's supply on, are both wires at its M-Bus terminals and the level converter fed? Between the wires a "
    "bus at rest has 24...36 V. Is the address right: lumbus scan finds who is there"
)
_LIGHT = {
    "dark": (
        "light_blocked",
        "no pulse comes, though the meter's power or its register says that they are due",
        "is the sensor over the LED that blinks, its tube tight and its cable in? Is it the input that meters[].light "
        "names? The command aim shows each second what it sees",
    ),
    "stuck": ("light_stuck", "lit all the time", "daylight, or a broken wire: shade the sensor, check its cable"),
    "flicker": (
        "light_flicker",
        "a lamp on the mains shines on the sensor",
        "shade it: pulses are lost in it",
    ),
    "too_fast": (
        "light_too_fast",
        "more flashes come than the meter's largest power gives",
        "another light, reflections or an edge that bounces: a darker tube, a comparator with hysteresis, light_gap_ms",
    ),
}
_VERDICTS = {
    "pulses_missing": (
        "the register has proven more than the light saw",
        "is the sensor over the LED, its tube tight? At a time of day: sunlight. The command aim shows what it sees. "
        "The register is right, and the total is anchored to it again",
    ),
    "pulses_extra": (
        "the light saw more than the register has proven",
        "another light, reflections or an edge that bounces: a darker tube, a comparator with hysteresis, light_gap_ms",
    ),
    "register_stuck": (
        "the light runs and the register stands",
        "is energy declared in the right direction? Else the meter is to be looked at by who is responsible for it",
    ),
    "pulse_constant_wrong": (
        "the light has another constant than the profile",
        "read imp/kWh off the meter's front and correct the profile",
    ),
}


def name_of(meter: dict) -> str:
    return f"{meter['meter'] or 'not known yet'} at address {meter['address']}"


def line(state: dict, probe: dict | None) -> Finding:
    """The bus: probe is the answer of the probe where a meter is silent, else None."""
    bus = state["bus"]
    how = f"{bus['baud']} baud, {bus['parity']} parity"
    failures = [meter["failure"] for meter in state["meters"] if meter["failure"]]
    broken = next((text for text in failures if "serial line's device" in text), None)
    if broken:
        return wrong("bus", "line", broken, "is the adapter plugged in, and the line's device the right one?")
    found = (probe or {}).get("found") or []
    if found and found[0]["parity"] != bus["parity"]:
        who = found[0]
        text = f"nobody answers at {how}, but the meter at address {who['address']} does with {who['parity']} parity"
        return wrong("bus", "parity", text, f'set bus.parity to "{who["parity"]}"{_rate(who, bus)} in config.json')
    if found and found[0]["baud"] != bus["baud"]:
        who = found[0]
        text = f"nobody answers at {how}, but the meter at address {who['address']} does at {who['baud']} baud"
        return wrong("bus", "baud", text, f"set bus.baud to {who['baud']} in config.json")
    if any(meter["reading"] is not None and not meter["failure"] for meter in state["meters"]) or found:
        return good("bus", how + _counts(bus))
    if probe is not None and probe.get("damaged"):
        text = f"something is heard at {how} that is no valid answer"
        return wrong("bus", "noise", text, "two meters with one address, a bad contact, a long cable?")
    return absent("bus", how + ": nobody has answered")


def _rate(who: dict, bus: dict) -> str:
    return "" if who["baud"] == bus["baud"] else f" and bus.baud to {who['baud']}"


def _counts(bus: dict) -> str:
    told = [f"{bus[key]} {word}" for key, word in (("repeats", "repeats"), ("damaged", "damaged")) if bus.get(key)]
    return "".join(", " + each for each in told)


def meter(told: dict, probe: dict | None) -> Finding:
    who = name_of(told)
    if not told["failure"]:
        if told["reading"] is None and not told["available"]:
            return wrong("meter", "meter_silent", f"{who} has not been read yet", "wait for the first poll")
        age = told.get("age_s")
        return good("meter", f"{who}, {told['profile']}" + ("" if age is None else f", read {float(age):.0f} s ago"))
    if "profile fits" in told["failure"]:
        advice = "write a profile from its telegram: lumbus profile, and deploy that"
        return wrong("meter", "meter_unreadable", f"{who}: {told['failure']}", advice)
    for found in (probe or {}).get("found") or []:
        if found["address"] not in (told["address"], 254):
            text = f"nobody answers at address {told['address']}, but a meter does at {found['address']}"
            return wrong("meter", "address", text, f"set the meter's address to {found['address']} in config.json")
    return wrong("meter", "meter_silent", f"{who} is silent: {told['failure']}", _WIRING)


def light(told: dict) -> Finding:
    state = told["light_state"]
    if state == "none":
        return absent("light", f"{name_of(told)} has none: nothing is cross-checked")
    if state == "ok":
        return good("light", f"light {told['light']}: pulses come")
    if state == "unknown":
        return absent("light", f"light {told['light']}: no pulse yet, and none is due; switch a load on to see it")
    fault, text, advice = _LIGHT[state]
    return wrong("light", fault, f"light {told['light']}: {text}", advice)


def agreement(told: dict, events: list[dict]) -> Finding:
    verdict = told["verdict"]
    if verdict == "agree":
        return good("agreement", "register and light agree")
    if verdict in ("unchecked", "unknown"):
        return absent("agreement", "nothing to compare: no light")
    if verdict == "learning":
        return absent("agreement", "not enough has been read yet to say; with no load nothing can be learnt")
    text, advice = _VERDICTS.get(verdict, (verdict, "see docs/events.md"))
    count = _bounds(told, events, verdict)
    return wrong("agreement", "disagreement", f"{verdict}: {text}{count}", advice)


def _bounds(told: dict, events: list[dict], kind: str) -> str:
    for event in reversed(events):
        if event["kind"] == kind and event.get("meter") == told["meter"]:
            if event.get("pulses_low") is not None:
                return f", by {event['pulses_low']} to {event['pulses_high']} pulses"
            if event.get("text"):
                return f" ({event['text']})"
    return ""
