"""For tests of `lumbus config`: configurations, and a run of the command that shows no secret."""

import json
from pathlib import Path

from ptybus import Run

SECRETS = {"version": 1, "mqtt_password": "hunter2", "wifi": {"home": "swordfish"}}
OLD = {
    "version": 1,
    "wifi": {"ssid": "home", "password": "swordfish"},
    "mqtt": {"host": "broker", "user": "me", "password": "hunter2"},
    "meters": [{"profile": "m1pro40", "address": 1}],
}


def good() -> dict:
    return {
        "version": 2,
        "wifi": [{"ssid": "home"}],
        "mqtt": {"host": "broker", "tls": False, "user": "me"},
        "meters": [{"profile": "m1pro40", "address": 1, "light": 0}],
    }


def run_config(capsys, *arguments) -> Run:
    """A run of `lumbus config` in which no secret is seen."""
    done = Run(capsys, "config", *arguments)
    assert "hunter2" not in done.out + done.err and "swordfish" not in done.out + done.err
    return done


def put(data, secrets=SECRETS) -> None:
    Path("config.json").write_text(data if isinstance(data, str) else json.dumps(data))
    path = Path("secrets.json")
    path.write_text(json.dumps(secrets))
    path.chmod(0o600)


def read(name: str):
    return json.loads(Path(name).read_text(encoding="utf-8"))


def found(config, *arguments) -> dict:
    """What check finds, as JSON; its exit code says whether there are errors."""
    run = config("check", "--json", *arguments)
    result = json.loads(run.out)
    assert run.code == (1 if result["errors"] else 0)
    return result
