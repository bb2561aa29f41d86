"""Secrets: a file of their own, which nothing that shows the configuration reads.

    {"version": 1, "mqtt_password": "…", "web_password": "…", "wifi": {"<ssid>": "<password>"}}

No message of this file repeats a value of it, nor a key that is not known: who mistypes may type a secret there.
"""

_KNOWN = ("version", "mqtt_password", "web_password", "wifi")


def add_secrets(config: dict, secrets, errors: list) -> None:
    """Put the passwords into `config` (mqtt.password, wifi[].password, web_password); faults go to `errors`."""
    if secrets is None:
        secrets = {"version": 1}
    if not isinstance(secrets, dict) or any(key not in _KNOWN for key in secrets):
        errors.append(
            "secrets.json: must be an object with version, mqtt_password, web_password and wifi, and nothing else"
        )
        secrets = {"version": 1}
    if secrets.get("version") != 1:
        errors.append("secrets.json: version: must be 1")
    _add_mqtt(config["mqtt"], secrets.get("mqtt_password"), errors)
    config["web_password"] = page = secrets.get("web_password")
    if page is not None and not (isinstance(page, str) and 8 <= len(page) < 64):
        errors.append("secrets.json: web_password: must have 8...63 characters")
    wifi = secrets.get("wifi")
    if wifi is None:
        wifi = {}
    if not isinstance(wifi, dict):
        errors.append("secrets.json: wifi: must be an object, a password for each ssid")
        wifi = {}
    for network in config["wifi"]:
        password = wifi.get(network.get("ssid"))
        if password is not None and not _fits_wifi(password):
            errors.append("secrets.json: wifi: the password of %s must have 8...63 characters" % network["ssid"])
        # None is an open network.
        network["password"] = password or None


def _add_mqtt(mqtt: dict, password, errors: list) -> None:
    if password is not None and not (isinstance(password, str) and password):
        errors.append("secrets.json: mqtt_password: must be a text")
    mqtt["password"] = password
    if mqtt.get("user") is not None and password is None:
        errors.append("mqtt.user: its password is missing; put mqtt_password into secrets.json")
    elif mqtt.get("user") is None and password is not None:
        errors.append("mqtt.user: missing; secrets.json has a password for it")


def _fits_wifi(password) -> bool:
    """WPA: 8...63 characters, or the key itself in 64 hexadecimal digits; an empty one is an open network's."""
    if not isinstance(password, str):
        return False
    if len(password) == 64:
        return all(c in "0123456789abcdef" for c in password.lower())
    return not password or 8 <= len(password) < 64
