"""What the collector makes of payloads: exact decimals, and a reason for each that is poisoned."""

import json
from decimal import Decimal

import pytest
from collecting import GATEWAY, METER, NOW, T0, Raw, any_json, of_gateway, of_meter, payload, reading
from docpages import DOCS, blocks, section
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbus.collect.batch import Batch, Seen
from lumbus.collect.exactly import MOST_BYTES, Poison, decode, encode
from lumbus.collect.reading import COLUMNS
from lumbus.collect.source import Delivery
from lumbus.collect.topic import Topics


def _documented(heading: str) -> bytes:
    """The sample of docs/mqtt.md."""
    return blocks(section((DOCS / "mqtt.md").read_text(encoding="utf-8"), heading))[0][1].encode()


def _batch(*deliveries) -> Batch:
    batch = Batch(Topics("lumbus"), Seen(), NOW)
    for delivery in deliveries:
        batch.add(delivery)
    return batch


def _values(content: bytes) -> dict:
    batch = _batch(of_meter("reading", content))
    assert not batch.poisoned, next(iter(batch.poisoned.values())).reason
    return dict(zip(COLUMNS, batch.readings[0]))


def _why(delivery: Delivery) -> str:
    batch = _batch(delivery)
    assert not batch.readings and not batch.checks and not batch.events
    (poisoned,) = batch.poisoned.values()
    return poisoned.reason


def test_a_reading_as_documented():
    values = _values(_documented("`<meter>/reading`"))
    assert values == {
        "gateway": GATEWAY,
        "meter": METER,
        "boot": 1,
        "seq": 23,
        "ts": "1795461463.672",
        "uptime_s": "78203.089",
        "time_quality": "synced",
        "replayed": False,
        "energy_import_kwh": "1234.07",
        "energy_export_kwh": "12.50",
        "power_w": 6000,
        "voltage_v": "230.00",
        "current_a": "26.08",
        "frequency_hz": "50.00",
        "power_factor": "1.00",
        "pulses": 303,
        "energy_fused_kwh": "1234.079400",
        "fused_bound_wh": "6.000",
        "power_light_w": "6000.000",
        "verdict": "agree",
        "flags": "[]",
        "more": None,
    }


def test_a_check_and_an_event_as_documented():
    batch = _batch(of_meter("check", _documented("`<meter>/check`")), of_gateway("event", _documented("`event`")))
    assert not batch.poisoned
    (check,) = batch.checks.values()
    assert check[:2] == (GATEWAY, METER) and check[3:10] == ("agree", "78201.280", "1795461461.863", 32, 126, 0, 0)
    (event,) = batch.events.values()
    assert event[:6] == (GATEWAY, 1, 1, "pulses_missing", METER, True) and event[9:11] == (32, 129)
    assert json.loads(event[13], parse_float=str)[0]["register_kwh"] == "1234.030000"


def test_what_is_unknown_today_is_kept_to_the_digit():
    said = Raw('{"a":[1.10,{"b":"\\u00e4\\\\"}],"c":12345678901234567890.5}')
    more = _values(payload(1, T0, Raw("1.00"), energy_import_fused_kwh=Raw("1.000200"), tomorrow=said))["more"]
    assert json.loads(more, parse_float=Decimal) == {
        "energy_import_fused_kwh": Decimal("1.000200"),
        "tomorrow": {"a": [Decimal("1.10"), {"b": "ä\\"}], "c": Decimal("12345678901234567890.5")},
    }
    assert '"energy_import_fused_kwh":1.000200' in more


@pytest.mark.parametrize("ts", ("12.5", "946684800", str(NOW + 90_000)))
def test_a_clock_that_cannot_be_right_costs_the_time_and_not_the_reading(ts):
    values = _values(payload(1, Raw(ts), Raw("1.00"), other=1))
    assert values["ts"] is None and values["energy_import_kwh"] == "1.00"
    assert json.loads(values["more"], parse_float=str) == {"other": 1, "ts_refused": json.loads(ts, parse_float=str)}


@pytest.mark.parametrize(
    ("content", "reason"),
    (
        (b"", "no JSON"),
        (b"\xff\xfe{}", "no UTF-8"),
        (b"{", "no JSON"),
        (b"[1]", "no JSON object"),
        (b"[" * 50_000, "nested too deep"),
        (b'{"a":"' + b"x" * MOST_BYTES + b'"}', "65544 bytes"),
        (payload(1, T0).replace(b'"boot": 1', b'"b":1').replace(b'"boot":1,', b""), "boot is missing"),
        (payload(1, T0).replace(b'"seq":1', b'"seq":null'), "seq is missing"),
        (payload(-1, T0), "seq is below 0"),
        (payload(Raw("1.0"), T0), "seq is no whole number"),
        (payload(Raw("true"), T0), "seq is no whole number"),
        (payload(Raw("9" * 16), T0), "seq has more than 15 digits"),
        (payload(Raw("9" * 5000), T0), "no JSON"),
        (payload(1, T0, uptime_s=None), "uptime_s is missing"),
        (payload(1, T0, "1.00"), "energy_import_kwh is no number"),
        (payload(1, T0, [1]), "energy_import_kwh is no number"),
        (payload(1, T0, True), "energy_import_kwh is no number"),
        (payload(1, T0, Raw("1e400")), "no quantity is 1e400"),
        (payload(1, T0, Raw("1e-400")), "no quantity is 1e-400"),
        (payload(1, T0, Raw("NaN")), "NaN is no number"),
        (payload(1, T0, Raw("-Infinity")), "-Infinity is no number"),
        (payload(1, T0, Raw("1.1234567890123456")), "energy_import_kwh has more than 15 digits"),
        (payload(1, T0, Raw("1." + "0" * 100)), "no quantity is 1.000"),
        (payload(1, T0, pulses=Raw("1.5")), "pulses is no whole number"),
        (payload(1, T0, verdict=5), "verdict is no text"),
        (payload(1, T0, verdict="Agree!\t"), "verdict is no word"),
        (payload(1, T0, verdict="a" * 65), "verdict is longer than 64"),
        (payload(1, T0, flags="overload"), "flags are no list"),
        (payload(1, T0, flags=[1]), "flags are no list of texts"),
        (payload(1, T0, flags={}), "flags are no list"),
        (payload(1, T0, replayed=1), "replayed is neither"),
        (payload(1, T0, x="\0"), "U+0000"),
        (payload(1, T0, x=[{"\ud800": 1}]), "half of a surrogate pair"),
        (payload(1, T0, x=Raw('"\\u0041"'), y=Raw("[" * 40 + "]" * 40)), "nested too deep"),
    ),
    ids=str,
)
def test_poison(content, reason):
    assert _why(of_meter("reading", content)).startswith(reason)


@pytest.mark.parametrize(
    ("topic", "reason"),
    (
        ("lumbus/v1/gate way/16250476ad320102/reading", "the topic's gateway"),
        ("lumbus/v1/020000000001/16250476/reading", "the topic's meter"),
        ("lumbus/v1/020000000001/reading", "the topic of a reading has not so many parts"),
        ("lumbus/v1/020000000001/16250476ad320102/status", "the topic of a status has not so many parts"),
        ("other/v1/020000000001/16250476ad320102/reading", "the topic is not below lumbus/v1/"),
        ("lumbus/v1/" + "x" * 600 + "/16250476ad320102/reading", "the topic has more than 512"),
    ),
)
def test_topics_that_do_not_fit(topic, reason):
    assert _why(Delivery(topic, payload(1))).startswith(reason)


@pytest.mark.parametrize("leaf", ("cmd/poll", "reply/state", "want", "16250476ad320102/aim", "later", "cmd/status"))
def test_what_is_nobodys_business_here(leaf):
    batch = _batch(of_gateway(leaf, b"\xff"))
    assert batch.ignored == 1 and not batch.poisoned and not batch.gateways


def test_a_retained_message_that_is_taken_back_is_no_poison():
    batch = _batch(of_gateway("status", b""), of_meter("check", b""))
    assert batch.ignored == 2 and not batch.poisoned


@pytest.mark.parametrize(
    ("leaf", "content", "reason"),
    (
        ("check", {}, "verdict is missing"),
        ("check", {"verdict": "agree", "pulses_lost": 5}, "pulses_lost is no [least, most]"),
        ("check", {"verdict": "agree", "pulses_lost": [5]}, "pulses_lost is no [least, most]"),
        ("check", {"verdict": "agree", "capture_day": ["a", 1]}, "capture_day is no number"),
        ("check", {"verdict": "agree", "since_ts": -5}, "since_ts is no time"),
        ("availability", {"state": None}, "state is missing"),
    ),
)
def test_poison_of_a_meter(leaf, content, reason):
    assert _why(of_meter(leaf, json.dumps(content).encode())).startswith(reason)


@pytest.mark.parametrize(
    ("leaf", "content", "reason"),
    (
        ("event", {"boot": 1, "event": 1}, "kind is missing"),
        ("event", {"kind": "away", "event": 1}, "boot is missing"),
        ("event", {"kind": "away", "boot": 1, "event": 1, "open": 1}, "open is neither"),
        ("event", {"kind": "away", "boot": 1, "event": 1, "windows": {}}, "windows are no list"),
        ("event", {"kind": "away", "boot": 1, "event": 1, "ts": 1e12}, "ts is no time"),
        ("status", {"state": "on line"}, "state is no word"),
        ("info", {"version": 1}, "version is no text"),
    ),
)
def test_poison_of_a_gateway(leaf, content, reason):
    assert _why(of_gateway(leaf, content)).startswith(reason)


def test_the_same_check_again_has_the_same_digest():
    said = b'{"verdict":"agree","since_uptime_s":78201.280,"since_ts":%s,"pulses_lost":[32,126],"pulses_gained":[0,0]}'
    again = [of_meter("check", said % ts) for ts in (b"1795461461.863", b"1795461461.861")]
    assert len(_batch(*again).checks) == 1
    assert len(_batch(*again, of_meter("check", said % b"1795463961.863")).checks) == 2


def test_when_a_gateway_was_heard_of():
    late = reading(2, T0, Raw("1.0"), replayed=True, gateway="late")
    ahead = reading(2, NOW + 60, Raw("1.0"), gateway="ahead")
    will = of_gateway("status", {"state": "offline"}, "will")
    held = of_gateway("status", {"state": "online", "ts": T0 + 7}, "held")
    kept = of_gateway("info", {"version": "0.1.0", "ts": True}, "kept", retained=True)
    batch = _batch(reading(1, T0 + 5), late, ahead, will, reading(1, None, gateway="undated"), held, kept)
    seen = {gateway: news.get("last_seen") for gateway, news in batch.gateways.items()}
    undated = {"late": None, "will": None, "kept": None}
    assert seen == undated | {GATEWAY: T0 + 5, "ahead": NOW, "undated": NOW, "held": T0 + 7}


_KEYS = st.sampled_from(
    [*COLUMNS, "kind", "event", "open", "windows", "state", "version", "pulses_lost", "capture_day"]
)
_LEAVES = ("reading", "check", "availability", "event", "status", "info", "update")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_KEYS | st.text(max_size=5), any_json, max_size=12), st.sampled_from(_LEAVES), st.booleans())
def test_any_object_is_stored_or_poisoned_with_a_reason(body, leaf, valid):
    if valid:
        body = body | {"boot": 1, "seq": 2, "uptime_s": 3, "kind": "away", "event": 5, "verdict": "agree"}
    content = json.dumps(body).encode(errors="surrogatepass")
    _accounted_for(leaf, content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(_LEAVES), st.integers(0, 200))
def test_any_bytes_are_stored_or_poisoned_with_a_reason(noise, leaf, at):
    good = payload(1, T0, Raw("1.00"), verdict="agree", state="online", kind="away", event=1)
    _accounted_for(leaf, noise)
    _accounted_for(leaf, good[: at % len(good)] + noise + good[at % len(good) :])


def _accounted_for(leaf: str, content: bytes) -> None:
    of = of_gateway if leaf in ("event", "status", "info", "update") else of_meter
    batch = _batch(of(leaf, content))
    assert batch.others + len(batch.readings) + len(batch.poisoned) + batch.ignored == 1
    assert all(poisoned.reason for poisoned in batch.poisoned.values())


@settings(max_examples=60, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_a_decimal_keeps_its_digits(value):
    text = f"{value:f}"
    try:
        values = _values(payload(1, T0, Raw(text)))
    except AssertionError:
        assert len(value.as_tuple().digits) > 15
        return
    assert Decimal(values["energy_import_kwh"]) == value


@settings(max_examples=60, deadline=None)
@given(any_json)
def test_json_comes_back_as_it_was(value):
    text = json.dumps({"a": value})
    try:
        _, body = decode(text.encode())
    except Poison:
        return
    assert json.loads(encode(body), parse_float=Decimal) == json.loads(text, parse_float=Decimal)
