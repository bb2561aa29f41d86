"""What Home Assistant's MQTT discovery takes, as far as we use it: written from its documentation.

Sources (2024.11 and newer, when devices could first be announced whole):

* https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload (dev, o, cmps, shared options, topic)
* https://www.home-assistant.io/integrations/mqtt/#supported-abbreviations-in-mqtt-discovery-messages
* https://www.home-assistant.io/integrations/sensor.mqtt/, …/binary_sensor.mqtt/, …/button.mqtt/ (keys, required ones)
* https://developers.home-assistant.io/docs/core/entity/sensor/ (device classes, their units and state classes)
* github.com/home-assistant/core: homeassistant/components/mqtt/schemas.py, abbreviations.py (facts only)
"""

# Abbreviation: what it stands for.
ABBREVIATIONS = {
    "avty": "availability",
    "avty_mode": "availability_mode",
    "cmd_t": "command_topic",
    "cmps": "components",
    "dev": "device",
    "dev_cla": "device_class",
    "ent_cat": "entity_category",
    "o": "origin",
    "ops": "options",
    "p": "platform",
    "pl_prs": "payload_press",
    "stat_cla": "state_class",
    "stat_t": "state_topic",
    "t": "topic",
    "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
DEVICE_ABBREVIATIONS = {
    "cu": "configuration_url",
    "hw": "hw_version",
    "ids": "identifiers",
    "mdl": "model",
    "mf": "manufacturer",
    "sa": "suggested_area",
    "sn": "serial_number",
    "sw": "sw_version",
}
ORIGIN_ABBREVIATIONS = {"sw": "sw_version", "url": "support_url"}
DEVICE = {
    "configuration_url",
    "hw_version",
    "identifiers",
    "manufacturer",
    "model",
    "name",
    "serial_number",
    "suggested_area",
    "sw_version",
    "via_device",
}
# Options of a device's message that all of its components share.
SHARED = {"availability", "availability_mode", "command_topic", "state_topic"}
TOP = {"device", "origin", "components", "qos", "encoding"} | SHARED
_COMMON = {"availability", "availability_mode", "entity_category", "icon", "name", "platform", "unique_id", "enabled"}
# Keys of each platform, and which it must have.
PLATFORMS = {
    "sensor": (
        {"device_class", "expire_after", "options", "state_class", "state_topic", "unit_of_measurement"}
        | {"value_template", "suggested_display_precision"},
        {"state_topic"},
    ),
    "binary_sensor": (
        {"device_class", "expire_after", "payload_off", "payload_on", "state_topic", "value_template"},
        {"state_topic"},
    ),
    "button": ({"command_topic", "device_class", "payload_press", "retain"}, {"command_topic"}),
}
# Device class of a sensor: (units, state classes); None: no unit.
_TOTALS = {"total", "total_increasing"}
SENSOR_CLASSES = {
    "apparent_power": ({"VA"}, {"measurement"}),
    "current": ({"A", "mA"}, {"measurement"}),
    "data_size": ({"bit", "kbit", "B", "kB", "MB", "KiB", "MiB"}, {"measurement", "total", "total_increasing"}),
    "duration": ({"d", "h", "min", "s", "ms"}, {"measurement", "total", "total_increasing"}),
    "energy": ({"Wh", "kWh", "MWh", "GWh", "J", "kJ", "MJ"}, _TOTALS),
    "enum": ({None}, {None}),
    "frequency": ({"Hz", "kHz", "MHz", "GHz"}, {"measurement"}),
    "power": ({"mW", "W", "kW", "MW"}, {"measurement"}),
    "power_factor": ({"%", None}, {"measurement"}),
    "voltage": ({"V", "mV", "kV"}, {"measurement"}),
}
STATE_CLASSES = {"measurement", "total", "total_increasing"}
BINARY_CLASSES = {"connectivity", "problem", "power", "running"}
BUTTON_CLASSES = {"identify", "restart", "update"}
CATEGORIES = {"config", "diagnostic"}


def faults(topic: str, message: dict, prefix: str = "homeassistant") -> list:
    """What Home Assistant would refuse or warn of, in words; [] when it takes the message."""
    found = []
    _topic(topic, prefix, found)
    whole = _long(message, ABBREVIATIONS)
    for key in whole:
        if key not in TOP:
            found.append("unknown option " + key)
    for key in ("device", "origin", "components"):
        if not isinstance(whole.get(key), dict) or not whole[key]:
            found.append(key + " is missing")
            return found
    _device(_long(whole["device"], DEVICE_ABBREVIATIONS), found)
    if not _long(whole["origin"], ORIGIN_ABBREVIATIONS).get("name"):
        found.append("the origin has no name")
    shared = {key: whole[key] for key in SHARED if key in whole}
    _availability(shared, "device", found)
    ids = []
    for key in whole["components"]:
        _component(key, whole["components"][key], shared, ids, found)
    if len(ids) != len(set(ids)):
        found.append("two components have one unique_id")
    return found


def _long(given: dict, names: dict) -> dict:
    return {names.get(key, key): given[key] for key in given}


def _plain(text: str) -> bool:
    return bool(text) and all(c.isalpha() or c.isdigit() or c in "_-" for c in text)


def _topic(topic: str, prefix: str, found: list) -> None:
    parts = topic.split("/")
    if not topic.startswith(prefix + "/device/") or parts[-1] != "config" or not _plain(parts[-2]):
        found.append("the topic must be %s/device/<id>/config, with letters, digits, _ and - in <id>" % prefix)


def _device(device: dict, found: list) -> None:
    for key in device:
        if key not in DEVICE:
            found.append("device: unknown option " + key)
    if not device.get("identifiers"):
        found.append("device: has no identifiers")
    for key in device:
        if key != "identifiers" and not isinstance(device[key], str):
            found.append("device: %s must be a text" % key)


def _availability(options: dict, where: str, found: list) -> None:
    for each in options.get("availability", []):
        each = _long(each, ABBREVIATIONS)
        _subscribed(each.get("topic"), where + ": availability", found)
        if any(key not in ("topic", "value_template", "payload_available", "payload_not_available") for key in each):
            found.append(where + ": availability has unknown options")
    if options.get("availability_mode", "latest") not in ("all", "any", "latest"):
        found.append(where + ": availability_mode must be all, any or latest")


def _subscribed(topic, where: str, found: list) -> None:
    if not topic or not isinstance(topic, str) or len(topic.encode()) > 65535 or "\0" in topic:
        found.append(where + ": no topic")


def _component(key: str, given: dict, shared: dict, ids: list, found: list) -> None:
    options = dict(shared)
    own = _long(given, ABBREVIATIONS)
    options.update(own)
    platform = options.get("platform")
    if platform not in PLATFORMS:
        found.append("%s: platform %s is not known" % (key, platform))
        return
    keys, required = PLATFORMS[platform]
    for name in own:
        if name not in keys | _COMMON:
            found.append("%s: a %s has no option %s" % (key, platform, name))
    for name in required:
        if not options.get(name):
            found.append("%s: has no %s" % (key, name))
    if not _plain(options.get("unique_id", "").replace(" ", "!")):
        found.append(key + ": has no unique_id")
    ids.append(options.get("unique_id"))
    if options.get("entity_category") not in CATEGORIES | {None}:
        found.append(key + ": entity_category must be config or diagnostic")
    if platform != "button" and options.get("entity_category") == "config":
        found.append(key + ": what only tells is no config")
    if any(c in options.get("command_topic", "") for c in "+#"):
        found.append(key + ": command_topic has a wildcard")
    _availability(own, key, found)
    _classes(key, platform, options, found)


def _classes(key: str, platform: str, options: dict, found: list) -> None:
    kind = options.get("device_class")
    if platform == "sensor":
        _sensor(key, kind, options, found)
    elif kind is not None and kind not in (BINARY_CLASSES if platform == "binary_sensor" else BUTTON_CLASSES):
        found.append("%s: device_class %s is not known" % (key, kind))


def _sensor(key: str, kind, options: dict, found: list) -> None:
    unit, state = options.get("unit_of_measurement"), options.get("state_class")
    if state is not None and state not in STATE_CLASSES:
        found.append("%s: state_class %s is not known" % (key, state))
    if ("options" in options) != (kind == "enum"):
        found.append(key + ": options and device_class enum belong together")
    if kind is None:
        return
    if kind not in SENSOR_CLASSES:
        found.append("%s: device_class %s is not known" % (key, kind))
        return
    units, states = SENSOR_CLASSES[kind]
    if unit not in units:
        found.append("%s: %s is not measured in %s" % (key, kind, unit))
    if state not in states and state is not None:
        found.append("%s: %s has no state_class %s" % (key, kind, state))
