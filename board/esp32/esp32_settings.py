"""What the board itself needs of config.json: its pin map's name and the Wi-Fi.

The application checks the whole file and tells its faults.  Here whatever is
missing or wrong counts as not given, so that it comes to that.
"""

import json

import pins


class Settings:
    """`board`; `ssid` and `password`, which are None where Wi-Fi is not to be started.

    Nothing may show the password.
    """

    def __init__(self, storage) -> None:
        config = _load(storage, "config.json")
        board = config.get("board")
        self.board = board if isinstance(board, str) else pins.DEFAULT
        wifi = config.get("wifi")
        if isinstance(wifi, list) and wifi and isinstance(wifi[0], dict):
            wifi = dict(wifi[0])
            passwords = _load(storage, "secrets.json").get("wifi")
            wifi["password"] = passwords.get(wifi.get("ssid"), "") if isinstance(passwords, dict) else ""
        ssid = wifi.get("ssid") if isinstance(wifi, dict) else None
        password = wifi.get("password", "") if isinstance(wifi, dict) else None
        is_complete = isinstance(ssid, str) and ssid != "" and isinstance(password, str)
        self.ssid = ssid if is_complete else None
        self.password = password if is_complete else None


def _load(storage, name: str) -> dict:
    try:
        config = json.loads(storage.read(name) or "{}")
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}
