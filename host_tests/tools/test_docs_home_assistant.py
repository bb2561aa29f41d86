"""The examples of docs/home-assistant.md are YAML, name entities that discovery leads to, and render."""

import json
import re

import jinja2
import pytest
import yaml
from docpages import DOCS, blocks
from entities import discovered

from uplink.event import Event
from uplink.messages import event_json, note_json
from uplink.topics import Topics
from uplink.units import Units
from uplink.window import Window

METER = "16250476ad320102"
TEXT = (DOCS / "home-assistant.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(block) for language, block in blocks(TEXT) if language == "yaml"]


@pytest.fixture(scope="module")
def ids() -> set[str]:
    """What Home Assistant calls the entities: it takes the names of device and entity."""
    return discovered(METER)


def entities(example) -> set[str]:
    """Every entity id in an example, in templates as well."""
    return set(re.findall(r"\b(?:sensor|binary_sensor|button)\.\w+", json.dumps(example)))


def test_there_are_a_card_and_automations():
    card, *automations = EXAMPLES
    assert [each["type"] for each in card["cards"]] == ["entities", "history-graph"]
    assert len(automations) >= 3
    for each in automations:
        assert {"alias", "triggers", "actions"} <= set(each)


def test_every_id_in_the_examples_is_one(ids):
    told = [entities(example) for example in EXAMPLES]
    assert set().union(*told) <= ids
    assert len(told[0]) == 5


def test_every_id_in_the_text_is_one(ids):
    assert entities(TEXT) <= ids and "sensor.meter_16250476_import" in entities(TEXT)


def by_topic():
    (found,) = [each for each in EXAMPLES[1:] if each["triggers"][0]["trigger"] == "mqtt"]
    return found


def test_the_event_topic_is_ours():
    pattern = by_topic()["triggers"][0]["topic"].replace("+", "[^/]+")
    assert re.fullmatch(pattern, Topics("lumbus", "3c71bf000001").event.decode())


def rendered(event: str) -> tuple[str, str, str]:
    """(condition, title, message) for an event as it is published."""
    example = by_topic()
    data = example["actions"][0]["data"]
    texts = (example["conditions"][0]["value_template"], data["title"], data["message"])
    trigger = {"payload_json": json.loads(event)}
    condition, title, message = (jinja2.Environment().from_string(text).render(trigger=trigger) for text in texts)
    return condition, title, " ".join(message.split())


def test_a_disagreement_is_told_with_its_bounds_and_not_that_it_is_over():
    event = Event(3, "pulses_missing", Window(1000, 0, (), [0], 0, None), 1000)
    event.pulses_low, event.pulses_high = 32, 129
    assert rendered(event_json(event, METER, 1, None, Units(10, 5000))) == (
        "True",
        "Meter 16250476",
        "pulses_missing: 32 to 129 pulses",
    )
    event.open = False
    assert rendered(event_json(event, METER, 1, None, Units(10, 5000)))[0] == "False"


def test_a_fact_is_told_with_its_text():
    assert rendered(note_json("away", METER, 1, 2, "0.10...0.12 kWh", 5, None)) == (
        "True",
        "Meter 16250476",
        "away: 0.10...0.12 kWh",
    )
    told = rendered(note_json("safe_mode", None, 1, 2, "5 starts did not last", 5, None))
    assert told == ("True", "Gateway", "safe_mode: 5 starts did not last")
