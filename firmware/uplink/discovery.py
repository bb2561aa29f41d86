"""What Home Assistant is told, so that meters and gateway appear there by themselves.

One message for each device (`<prefix>/device/<id>/config`, retained) with all of its components. Sources:
home-assistant.io/integrations/mqtt (discovery, availability, abbreviations), …/sensor.mqtt, …/binary_sensor.mqtt,
…/button.mqtt, developers.home-assistant.io/docs/core/entity/sensor (classes and units).

* Registers only rise: `total_increasing`. The fused total may be corrected down by less than its bound: `total`.
* A value that is absent, or of a replayed reading, renders as nothing, which a sensor ignores: the past never
  overwrites what holds now. null renders as None: unknown.
* A meter's components are available while gateway *and* meter are; there is no expiry beside that.

Loaded when something is to be told, and forgotten afterwards.
"""

import json

_LIVE = "{{''if value_json.get('replayed')else value_json.get('%s','')}}"
_STATE = "{{value_json.state}}"
# Key of the reading, name, class, unit, state class, whether it is for diagnosis; a role of the profile that it needs.
_SENSORS = (
    ("energy_import_kwh", "Import", "energy", "kWh", "total_increasing", False, "import"),
    ("energy_export_kwh", "Export", "energy", "kWh", "total_increasing", False, "export"),
    ("power_w", "Power", "power", "W", "measurement", False, "power"),
    ("voltage_v", "Voltage", "voltage", "V", "measurement", False, "voltage"),
    ("current_a", "Current", "current", "A", "measurement", False, "current"),
    ("frequency_hz", "Frequency", "frequency", "Hz", "measurement", True, "frequency"),
    ("power_factor", "Power factor", "power_factor", None, "measurement", True, "power_factor"),
)
_LIGHT_SENSORS = (
    ("energy_fused_kwh", "Total, fused", "energy", "kWh", "total", False, None),
    ("fused_bound_wh", "Total, bound", None, "Wh", "measurement", True, None),
    ("power_light_w", "Power by light", "power", "W", "measurement", False, None),
    ("pulses", "Pulses", None, "imp", "total_increasing", True, None),
)
_VERDICTS = (
    "learning",
    "agree",
    "pulses_missing",
    "pulses_extra",
    "register_stuck",
    "pulse_constant_wrong",
    "no_meter",
    "unchecked",
)
_GATEWAY = (
    ("heap", "Free heap, least", "value_json.heap_free_min", "data_size", "B", "measurement"),
    ("waiting", "Waiting messages", "value_json.waiting", None, None, "measurement"),
    ("given_up", "Given up messages", "value_json.journal.given_up", None, None, "total_increasing"),
    ("boot", "Starts", "value_json.boot", None, None, "total_increasing"),
)
_BUTTONS = (
    ("poll", "Read now", None, None),
    ("identify", "Identify", "identify", "config"),
    ("restart", "Restart", "restart", "config"),
)


def topic_of(prefix: str, gateway: str, meter=None) -> bytes:
    return ("%s/device/%s/config" % (prefix, _id(gateway, meter))).encode()


def payloads(app, version: str, gone):
    """Yield (topic, parts), as Publisher.announce() takes them: nothing for each identity in `gone`, then the gateway's
    message, and that of each known meter."""
    prefix = app.config["mqtt"]["discovery_prefix"]
    gateway = app.topics.name
    for meter in gone:
        yield topic_of(prefix, gateway, meter), tuple
    yield topic_of(prefix, gateway), lambda: _texts(_gateway(app, gateway, version), version)
    for meter in app.meters:
        if meter.identity is not None:
            yield topic_of(prefix, gateway, meter.identity), _parts_of(app, gateway, meter, version)


def _parts_of(app, gateway: str, meter, version: str):
    return lambda: _texts(_meter(app, gateway, meter), version)


def _id(gateway: str, meter=None) -> str:
    """Letters, digits, - and _ only."""
    return "lumbus_" + gateway + ("" if meter is None else "_" + meter)


def _texts(parts, version: str):
    """The message in pieces; parts: (key, value) of the device, then of its components."""
    yield '{"o":' + json.dumps({"name": "Lumbus", "sw": version})
    between = ","
    for key, value in parts:
        if between == "," and isinstance(value, dict) and "p" in value:
            yield ',"cmps":{"%s":%s' % (key, json.dumps(value))
            between = ", "
        else:
            yield '%s"%s":%s' % (between, key, json.dumps(value))
    yield "}}"


def _component(own: str, key: str, platform: str, name: str, **more) -> tuple:
    """(key, component), without what is None."""
    made = {"p": platform, "uniq_id": own + "_" + key, "name": name}
    made.update({k: v for k, v in more.items() if v is not None})
    return key, made


def _available(app, meter=None) -> list:
    topics = [app.topics.status]
    if meter is not None:
        topics.append(app.topics.meter(meter.identity, "availability"))
    return [{"t": topic.decode(), "val_tpl": _STATE} for topic in topics]


def _gateway(app, gateway: str, version: str):
    own = _id(gateway)
    status = app.topics.status.decode()
    there = _available(app)
    yield "dev", {"ids": [own], "name": "Lumbus " + gateway[-6:], "mdl": app.platform, "sw": version}
    yield "stat_t", status
    template = "{{'ON' if value_json.state == 'online' else 'OFF'}}"
    # Of all of them this one must not become unavailable with the gateway.
    yield _component(
        own, "online", "binary_sensor", "Connection", val_tpl=template, dev_cla="connectivity", ent_cat="diagnostic"
    )
    for key, name, value, kind, unit, state in _GATEWAY:
        yield _component(
            own,
            key,
            "sensor",
            name,
            # The last word is short.
            val_tpl="{{%s if value_json.boot is defined else ''}}" % value,
            dev_cla=kind,
            unit_of_meas=unit,
            stat_cla=state,
            ent_cat="diagnostic",
            avty=there,
        )
    for verb, name, kind, category in _BUTTONS:
        yield _component(
            own,
            verb,
            "button",
            name,
            cmd_t=app.topics.gateway("cmd/" + verb).decode(),
            pl_prs="{}",
            dev_cla=kind,
            ent_cat=category,
            avty=there,
        )


def _meter(app, gateway: str, meter):
    identity = meter.identity
    device = _id(gateway, identity)
    # A secondary address is nobody else's.
    own = identity
    profile = meter.profile
    name = "Meter " + identity[:8]
    yield "dev", {"ids": [device], "name": name, "mdl": profile.name, "sn": identity, "via_device": _id(gateway)}
    yield "stat_t", app.topics.meter(identity, "reading").decode()
    yield "avty", _available(app, meter)
    yield "avty_mode", "all"
    for key, title, kind, unit, state, diagnostic, role in _sensors(meter):
        if role is None or _has(meter, role):
            yield _component(
                own,
                key,
                "sensor",
                title,
                val_tpl=_LIVE % key,
                dev_cla=kind,
                unit_of_meas=unit,
                stat_cla=state,
                ent_cat="diagnostic" if diagnostic else None,
            )
    check = app.topics.meter(identity, "check").decode()
    verdict = "{{value_json.verdict}}"
    yield _component(
        own, "verdict", "sensor", "Verdict", stat_t=check, val_tpl=verdict, dev_cla="enum", ops=list(_VERDICTS)
    )
    sound = "{{'OFF' if value_json.verdict in ('agree','learning','unchecked') else 'ON'}}"
    yield _component(own, "problem", "binary_sensor", "Disagreement", stat_t=check, val_tpl=sound, dev_cla="problem")


def _sensors(meter) -> tuple:
    return _SENSORS if meter.light is None else _SENSORS + _LIGHT_SENSORS


def _has(meter, role: str) -> bool:
    """Whether the profile names that record, and its direction was declared."""
    energy = meter.energy
    return role in meter.profile.matchers and (role not in ("import", "export") or energy in (role, "both"))
