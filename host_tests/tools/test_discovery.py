"""The templates that Home Assistant is told, rendered as it renders them (Jinja2), over what is really published."""

import json

import jinja2
import pytest
from appport import CONFIG, FakePort, app_on

from uplink.discovery import payloads
from uplink.messages import check_json
from uplink.reading import Reading


@pytest.fixture(scope="module")
def messages() -> dict[str, dict]:
    app = app_on(FakePort(CONFIG))
    app.meters[0].identity = "16250476ad320102"
    return {topic.decode(): json.loads("".join(parts())) for topic, parts in payloads(app, "1.2.3", ())}


def render(messages, key: str, published: str) -> str:
    found = [message["cmps"][key] for message in messages.values() if key in message["cmps"]]
    return jinja2.Environment().from_string(found[0]["val_tpl"]).render(value_json=json.loads(published))


def reading(**numbers) -> Reading:
    made = Reading("16250476ad320102", 1000, 2000, numbers)
    made.verdict, made.pulses = "agree", 5
    made.fused_mwh, made.bound_mwh, made.light_power_mw = 1234567890, 3000, 150000
    return made


def test_values_are_shown_and_null_is_unknown(messages):
    text = reading(power=(-15, 1), voltage=None, **{"import": (12345, 1)}).to_json()
    assert render(messages, "power_w", text) == "-150"
    assert render(messages, "voltage_v", text) == "None"
    assert render(messages, "energy_import_kwh", text) == "123.45"
    assert render(messages, "energy_fused_kwh", text) == "1234.56789"
    assert render(messages, "pulses", text) == "5"
    # Not read, so not changed.
    assert render(messages, "current_a", text) == ""


def test_the_past_does_not_overwrite_what_holds(messages):
    old = reading(power=(-15, 1))
    old.replayed = True
    for key in ("power_w", "energy_fused_kwh", "pulses"):
        assert render(messages, key, old.to_json()) == ""


def test_verdicts_and_states(messages):
    for verdict, problem in (("agree", "OFF"), ("learning", "OFF"), ("pulses_missing", "ON"), ("no_meter", "ON")):
        text = check_json(verdict, 0, 0, None, None)
        assert (render(messages, "verdict", text), render(messages, "problem", text)) == (verdict, problem)
    assert render(messages, "online", '{"state":"offline"}') == "OFF"
    assert render(messages, "online", '{"state":"online","boot":1}') == "ON"
    assert render(messages, "heap", '{"state":"offline"}') == ""
    assert render(messages, "given_up", '{"state":"online","boot":1,"journal":{"given_up":3}}') == "3"


def test_every_verdict_that_is_published_is_an_option(messages):
    from uplink import crosscheck, meter

    (verdict,) = (m["cmps"]["verdict"] for m in messages.values() if "verdict" in m["cmps"])
    words = {getattr(module, name) for module in (crosscheck, meter) for name in dir(module) if name.isupper()}
    told = {w for w in words if isinstance(w, str)} & {
        "agree",
        "learning",
        "pulses_missing",
        "pulses_extra",
        "no_meter",
    }
    assert told <= set(verdict["ops"]) and {meter.NO_METER, meter.UNCHECKED} <= set(verdict["ops"])
