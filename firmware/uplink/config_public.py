"""What is in force, without secrets: for the info topic, the console at the start, and `lumbus config`."""

import json
import sys


def public(config: dict) -> dict:
    """The checked configuration; where a password may be it says whether there is one."""
    shown = dict(config)
    shown["mqtt"] = _hidden(config["mqtt"])
    shown["web_password"] = _told(config["web_password"])
    shown["wifi"] = [_hidden(network) for network in config["wifi"]]
    return shown


def info_json(version: str, platform: str, board, config: dict) -> str:
    """Version, platform, the board's pin map (None for none), MicroPython's version, the configuration in force."""
    told = {"version": version, "platform": platform, "board": board, "micropython": _micropython()}
    told["config"] = public(config)
    return json.dumps(told)


def _micropython():
    """As "1.26.0"; None where another interpreter runs it."""
    runs = sys.implementation
    return ".".join([str(n) for n in runs.version[:3]]) if runs.name == "micropython" else None


def lines(config: dict, identity: str = "<MAC>") -> list:
    """What is in force in a few sentences; identity: the gateway's where it has no name."""
    mqtt = config["mqtt"]
    tls = "plain MQTT, neither hidden nor verified"
    if mqtt["tls"]:
        tls = "TLS, verified with %s for %s" % (mqtt["ca"], mqtt["server_name"] or mqtt["host"])
    found = "Home Assistant finds it under " + mqtt["discovery_prefix"] if mqtt["discovery"] else "no discovery"
    networks = ", ".join([network["ssid"] for network in config["wifi"]])
    pins = config["pins"]
    others = ["pins other than the board's: " + json.dumps(pins)] if pins else []
    if config["update"] is not None:
        others.append(_update(config["update"]))
    return (
        [
            "broker %s:%d, %s, user %s" % (mqtt["host"], mqtt["port"], tls, mqtt["user"] or "none"),
            "topics %s/v1/%s, %s" % (mqtt["base"], config["gateway"] or identity, found),
            "Wi-Fi %s; time from %s" % (networks or "none", ", ".join(config["ntp"])),
            "journal of %d KiB, replayed at %d a second; safe mode after %d starts within %d minutes"
            % (config["journal_kb"], mqtt["replay_per_s"], config["safe_boots"], config["safe_minutes"]),
            _page(config),
        ]
        + others
        + [_meter(meter) for meter in config["meters"]]
    )


def _page(config: dict) -> str:
    if not config["web"]:
        return "no local page"
    return "no local page: secrets.json has no web_password" if config["web_password"] is None else "local page"


def _update(settings: dict) -> str:
    served = "HTTPS verified with " + settings["ca"] if settings["ca"] is not None else "no HTTPS"
    return "updates signed with %s, from the broker, %s" % (settings["key"], served)


def _meter(meter: dict) -> str:
    energy = "import and export" if meter["energy"] == "both" else meter["energy"]
    text = "meter %d: %s, %s, " % (meter["address"], meter["profile"], energy)
    if meter["light"] is None:
        return text + "no light, read every %d s" % meter["poll_s"]
    polls = (meter["poll_s"], meter["poll_least_s"], meter["poll_most_s"])
    return text + "light %d, read every %d s on the mean (%d...%d s)" % ((meter["light"],) + polls)


def _hidden(given: dict) -> dict:
    shown = dict(given)
    shown["password"] = _told(given["password"])
    return shown


def _told(secret) -> str:
    return "(none)" if secret is None else "(set)"
