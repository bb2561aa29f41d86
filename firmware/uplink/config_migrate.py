"""Configurations of older versions become those of today, a step at a time.

Each step takes (data, secrets) of one version to the next and says so; what is
wrong in it stays wrong, and is told by the check.
"""


def migrate(data, secrets):
    """(data, secrets, the version that they were of, or None where nothing was to be done)."""
    if not isinstance(data, dict):
        return data, secrets, None
    before = data.get("version")
    while type(data.get("version")) is int and data["version"] in _STEPS:
        data, secrets = _STEPS[data["version"]](data, secrets)
    return data, secrets, None if data.get("version") == before else before


def _one_to_two(data: dict, secrets):
    """Secrets get a file of their own; Wi-Fi becomes a list of networks."""
    data = dict(data)
    kept = {"version": 1, "mqtt_password": None, "wifi": None}
    if isinstance(secrets, dict):
        kept.update(secrets)
    data["version"] = 2
    mqtt = data.get("mqtt")
    if isinstance(mqtt, dict):
        mqtt = data["mqtt"] = dict(mqtt)
        password = mqtt.pop("password", None)
        if password is not None:
            kept["mqtt_password"] = password
        # Then plain MQTT was all that there was.
        mqtt.setdefault("tls", False)
    wifi = data.get("wifi")
    if isinstance(wifi, dict):
        network = dict(wifi)
        password = network.pop("password", None)
        data["wifi"] = [network]
        if password and isinstance(network.get("ssid"), str):
            known = kept["wifi"]
            kept["wifi"] = dict(known) if isinstance(known, dict) else {}
            kept["wifi"][network["ssid"]] = password
    return data, kept


_STEPS = {1: _one_to_two}
