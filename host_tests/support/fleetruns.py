"""Runs of `lumbus fleet`, and what one must say that lost nothing."""

import json
import subprocess
import sys

from needs import missing

from lumbus.engines.postgres import programs
from lumbus.runtime import RuntimeMissing

FLEET = [sys.executable, "-m", "lumbus", "fleet"]


def require_postgresql() -> None:
    try:
        programs()
    except RuntimeMissing as e:
        missing(str(e))


def run(*options: str, timeout_s: int = 240) -> dict:
    """The JSON object of a run that lost nothing."""
    done = subprocess.run([*FLEET, *options, "--json"], capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stderr == ""
    return json.loads(done.stdout)


def sound(result: dict) -> None:
    assert result["wrong"] == []
    assert result["lost"] == result["duplicate_rows"] == result["events_lost"] == result["poisoned"] == 0
    assert result["accepted"] == result["stored"] > 0
    assert result["dropped"] == result["given_up"] == result["still_waiting"] == 0
    assert not [told for told in result["faults"] if "over_s" not in told]
