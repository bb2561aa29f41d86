"""What Home Assistant takes in a package, as far as ours uses it: written from its documentation.

Sources: home-assistant.io/docs/configuration/packages, /integrations/template, /integrations/alert,
/integrations/utility_meter, /integrations/sensor.mqtt, /docs/automation/yaml, /docs/automation/trigger.
"""

import re
from types import SimpleNamespace

import jinja2
from ha_schema import PLATFORMS

_TEMPLATE = {"name", "unique_id", "state", "attributes", "device_class", "icon", "availability"}
TEMPLATES = {
    "binary_sensor": _TEMPLATE | {"delay_on", "delay_off", "auto_off"},
    "sensor": _TEMPLATE | {"unit_of_measurement", "state_class"},
}
ALERT = {
    "name", "entity_id", "state", "repeat", "can_acknowledge", "skip_first", "title", "message", "done_message",
    "notifiers", "data",
}  # fmt: skip
UTILITY_METER = {"source", "name", "unique_id", "cycle", "offset", "cron", "tariffs", "net_consumption", "delta_values"}
CYCLES = {"quarter-hourly", "hourly", "daily", "weekly", "monthly", "bimonthly", "quarterly", "yearly"}
AUTOMATION = {"id", "alias", "description", "mode", "max", "triggers", "conditions", "actions", "variables"}
TRIGGERS = {
    "mqtt": {"trigger", "topic", "payload", "value_template", "qos"},
    "numeric_state": {"trigger", "entity_id", "above", "below", "for", "value_template", "attribute"},
    "state": {"trigger", "entity_id", "from", "to", "for", "attribute"},
}
_COMMON = {"name", "unique_id", "icon", "entity_category", "availability", "availability_mode", "default_entity_id"}
_SPAN = re.compile(r"\d\d:\d\d:\d\d")


def faults(package: dict) -> list[str]:
    """What would be refused, in words."""
    known = {
        "template": _templates,
        "alert": _alerts,
        "automation": _automations,
        "mqtt": _mqtt,
        "utility_meter": _meters,
    }
    found = [f"unknown integration {key}" for key in package if key not in known]
    for key, check in known.items():
        if key in package:
            found += [f"{key}: {text}" for text in check(package[key])]
    return found


def _more(given: dict, known: set, needed: set, where: str) -> list[str]:
    found = [f"{where}: unknown option {key}" for key in given if key not in known]
    return found + [f"{where}: has no {key}" for key in needed if not given.get(key)]


def _templates(blocks: list) -> list[str]:
    found = []
    for block in blocks:
        for kind, entities in block.items():
            if kind not in TEMPLATES:
                found.append(f"unknown kind {kind}")
                continue
            for each in entities:
                found += _more(each, TEMPLATES[kind], {"name", "unique_id", "state"}, each.get("name", "?"))
                found += [
                    f"{each['name']}: {key} is no time"
                    for key in ("delay_on", "delay_off")
                    if key in each and not _SPAN.fullmatch(str(each[key]))
                ]
    return found


def _alerts(alerts: dict) -> list[str]:
    found = []
    for name, each in alerts.items():
        found += _more(each, ALERT, {"name", "entity_id", "repeat", "notifiers"}, name)
        # YAML's bare on is a truth value, and no state.
        if not isinstance(each.get("state", "on"), str):
            found.append(f"{name}: state must be a text")
    return found


def _meters(meters: dict) -> list[str]:
    found = []
    for name, each in meters.items():
        found += _more(each, UTILITY_METER, {"source"}, name)
        if each.get("cycle") not in CYCLES:
            found.append(f"{name}: cycle {each.get('cycle')}")
    return found


def _automations(automations: list) -> list[str]:
    found = []
    for each in automations:
        name = each.get("alias", "?")
        found += _more(each, AUTOMATION, {"id", "alias", "triggers", "actions"}, name)
        if each.get("mode", "single") not in ("single", "restart", "queued", "parallel"):
            found.append(f"{name}: mode {each['mode']}")
        for trigger in each["triggers"]:
            kind = trigger.get("trigger")
            found += _more(trigger, TRIGGERS.get(kind, set()), {"trigger"}, f"{name}: {kind}")
        for action in each["actions"]:
            if not re.fullmatch(r"[a-z_]+\.[a-z_]+", action.get("action", "")):
                found.append(f"{name}: no action")
    return found


def _mqtt(platforms: dict) -> list[str]:
    found = []
    for platform, entities in platforms.items():
        if platform not in PLATFORMS:
            found.append(f"unknown platform {platform}")
            continue
        keys, needed = PLATFORMS[platform]
        for each in entities:
            found += _more(each, keys | _COMMON, needed | {"unique_id", "name"}, each.get("name", "?"))
    return found


def state(entity_id: str, value: str) -> SimpleNamespace:
    """A state object as templates see it."""
    domain, object_id = entity_id.split(".")
    return SimpleNamespace(entity_id=entity_id, domain=domain, object_id=object_id, state=value)


class _States:
    def __init__(self, known: list):
        self._known = known

    def __getattr__(self, domain: str) -> list:
        return [each for each in self._known if each.domain == domain]

    def __call__(self, entity_id: str) -> str:
        return next((each.state for each in self._known if each.entity_id == entity_id), "unknown")


def rendered(text: str, known: list | None = None, attributes: dict | None = None, **more) -> str:
    """A template over these states; attributes: {(entity, name): value}."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    # As there: from the beginning of the text.
    environment.tests["match"] = lambda value, pattern: re.match(pattern, value) is not None
    environment.globals["states"] = _States(known or [])
    environment.globals["state_attr"] = lambda entity, name: (attributes or {}).get((entity, name))
    return " ".join(environment.from_string(text).render(**more).split())
