"""The Telegraf input, evaluated over what the firmware publishes; no Telegraf is to be had from Debian."""

import tomllib

import published
import pytest
from docpages import DOCS, ROOT, blocks
from telegraf import Refused, faults, matches, points

FILE = ROOT / "tools" / "headend" / "telegraf" / "lumbus.conf"
INPUTS = tomllib.loads(FILE.read_text())["inputs"]["mqtt_consumer"]


def made(message: tuple[str, str]):
    """The one point of the one input that has subscribed."""
    topic, payload = message
    (mine,) = [each for each in INPUTS if any(matches(pattern, topic) for pattern in each["topics"])]
    (point,) = points(mine, topic, payload)
    return point


def test_every_option_is_one_of_telegraf():
    assert [fault for each in INPUTS for fault in faults(each)] == []
    assert len({each["client_id"] for each in INPUTS}) == len(INPUTS) == 4
    # What is parsed is what is subscribed to.
    assert all(each["topics"] == [rule["topic"] for rule in each["topic_parsing"]] for each in INPUTS)
    assert all(each["qos"] == 1 and each["persistent_session"] for each in INPUTS)
    assert faults({**INPUTS[0], "topic": 1, "client_id": ""}) == [
        "unknown option topic", "a persistent session needs client_id and qos"
    ]  # fmt: skip


def test_a_reading_is_a_point_at_its_time():
    point = made(published.reading(1, flags=("suspicion", "overload")))
    assert point.tags == {"gateway": published.GATEWAY, "meter": published.METER}
    assert point.time == published.TS_MS * 1_000_000
    assert point.fields["energy_import_kwh"] == 1234.08 and point.fields["pulses"] == 304
    assert point.fields["flag_count"] == 2 and point.fields["verdict"] == "agree"
    # What was not read is no field, and never 0.
    assert "current_a" not in point.fields and "flags" not in point.fields and "ts" not in point.fields


def test_the_same_reading_again_is_the_same_point():
    first, again = made(published.reading(1)), made(published.reading(1, replayed=True))
    assert again.fields.pop("replayed") is True
    assert (first.name, first.tags, first.time, first.fields) == (again.name, again.tags, again.time, again.fields)


def test_a_reading_without_time_has_no_place():
    with pytest.raises(Refused, match="timestamp"):
        made(published.reading(1, ts_ms=None))


def test_checks_events_and_the_last_will():
    assert made(published.check("pulses_missing")).fields == {
        "verdict": "pulses_missing", "pulses_lost_least": 32, "pulses_lost_most": 126, "pulses_gained_least": 0,
        "pulses_gained_most": 0, "capture_day_least": 0.995, "capture_day_most": 1.0,
    }  # fmt: skip
    assert "capture_day_least" not in made(published.check("learning", whole_day=False)).fields
    event = made(published.event())
    assert event.tags == {"gateway": published.GATEWAY, "kind": "pulses_missing", "meter": published.METER}
    assert event.fields["pulses_low"] == 32 and event.fields["open"] is True
    note = made(published.note("safe_mode", "5 starts did not last"))
    assert "meter" not in note.tags and note.fields["text"] == "5 starts did not last"
    status = made(published.status())
    assert status.fields["state"] == "online" and status.fields["journal_waiting"] == 0
    assert made(published.status("will")).fields == {"state": "offline"}


def test_the_pages_sample_is_what_comes_out():
    (sample,) = [text for language, text in blocks((DOCS / "integrations.md").read_text()) if language == "influx"]
    assert sample.strip() == made(published.reading(1)).line()
