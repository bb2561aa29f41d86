"""lumbus doctor against the real firmware: it names the fault that was made, from the port and through the broker."""

import json

import pytest
from consolewire import ConsoleWire
from doctorstage import ConsoleMixin, DoctorStage, options, until
from mosquitto import PASSWORD, USER, Mosquitto, PasswordStage
from needs import require_runtime
from ptybus import Run
from tlsstage import TlsBroker, TlsStage, certified

from lumbus.demo.stage import BASE
from lumbus.sim.wire import now_us

GATEWAY = "020000000001"


@pytest.fixture(scope="module")
def stage():
    """One gateway for what follows, in this order: each test makes its fault, and what can be mended is."""
    require_runtime("micropython")
    with DoctorStage(options("micropython")) as stage:
        stage.begin()
        until(lambda: stage.consumer.verdict == "agree", 40, lambda: stage.said)
        yield stage


def asked(capsys, where) -> dict:
    run = Run(capsys, "doctor", where, "--json")
    told = json.loads(run.out)
    assert run.code == (0 if told["well"] else 3 if told["fault"] in ("no_answer", "offline") else 1), run.err
    return told


def from_port(capsys, stage) -> dict:
    return asked(capsys, stage.wire_of_console.path)


def from_broker(capsys, stage) -> dict:
    return asked(capsys, f"mqtt://127.0.0.1:{stage.broker.port}/{BASE}/{GATEWAY}")


def links(told: dict) -> list[str]:
    return [link["link"] for link in told["links"]]


def test_all_is_well(capsys, stage):
    told = from_port(capsys, stage)
    assert told["well"] and told["fault"] is None, told
    assert links(told) == ["port", "firmware", "wifi", "clock", "broker", "bus", "meter", "light", "agreement"]
    # There is no Wi-Fi here; everything else is well.
    assert [link["well"] for link in told["links"]] == [True, True, None] + 6 * [True]
    told = from_broker(capsys, stage)
    assert told["well"] and links(told)[:3] == ["port", "gateway", "firmware"] and len(links(told)) == 10


def test_it_says_so_to_people(capsys, stage):
    run = Run(capsys, "doctor", stage.wire_of_console.path)
    assert run.code == 0
    lines = run.out.splitlines()
    assert lines[0].split() == ["✓", "port", stage.wire_of_console.path, "is", "open"]
    assert [line[0] for line in lines[:9]] == list("✓✓–✓✓✓✓✓✓") and lines[-1] == "all well"


def test_a_wrong_parity(capsys, stage):
    stage.wire.odd = True
    try:
        until(lambda: stage.consumer.verdict == "no_meter", 10)
        for ask in (from_port, from_broker):
            told = ask(capsys, stage)
            assert (told["fault"], told["link"]) == ("parity", "bus"), told
            assert told["advice"] == 'set bus.parity to "odd" in config.json'
    finally:
        stage.wire.odd = False
    until(lambda: stage.consumer.verdict == "agree", 10)


def test_a_disagreement(capsys, stage):
    stage.meter.stuck = True
    until(lambda: from_port(capsys, stage)["fault"] == "disagreement", 40, lambda: stage.said)
    for ask in (from_port, from_broker):
        told = ask(capsys, stage)
        assert (told["fault"], told["link"]) == ("disagreement", "agreement"), told
        assert told["text"].startswith("register_stuck: the light runs and the register stands")


def test_a_blocked_light(capsys, stage):
    stage.meter.withhold = 10**9
    until(lambda: from_port(capsys, stage)["fault"] == "light_blocked", 40)
    for ask in (from_port, from_broker):
        told = ask(capsys, stage)
        assert (told["fault"], told["link"]) == ("light_blocked", "light"), told
        assert "the sensor over the LED" in told["advice"]


def test_a_silent_meter(capsys, stage):
    stage.wire.silent_until_us = now_us() + 10**9
    until(lambda: stage.consumer.verdict == "no_meter", 20, lambda: stage.said)
    told = from_port(capsys, stage)
    assert (told["fault"], told["link"]) == ("meter_silent", "meter"), told
    assert "are both wires at its M-Bus terminals" in told["advice"]


def test_a_broker_that_refuses_the_connection(capsys, stage):
    stage.broker.shut_front(60)
    until(lambda: "trying again" in stage.said, 10)
    told = from_port(capsys, stage)
    assert (told["fault"], told["link"]) == ("broker_refused", "broker"), told
    assert "is the broker running" in told["advice"]


def test_a_gateway_that_is_gone(capsys, stage):
    stage.firmware.kill()
    stage.firmware.wait()
    until(lambda: from_broker(capsys, stage)["fault"] == "offline", 20)


def test_a_wifi_that_refuses(capsys):
    require_runtime("micropython")
    with DoctorStage(options("micropython")) as stage:
        stage.changes = {"wifi": [{"ssid": "home"}]}
        stage.secrets = {"wifi": {"home": "wrong horse"}}
        stage.more_settings = {"radio": {"home": "correct horse"}}
        stage.begin()
        told = from_port(capsys, stage)
    assert (told["fault"], told["link"]) == ("wifi_refused", "wifi"), told
    assert "correct the password" in told["advice"]
    assert "horse" not in json.dumps(told)


class SecretStage(ConsoleMixin, PasswordStage):
    password = "wrong horse"


class CertifiedStage(ConsoleMixin, TlsStage):
    """Its broker's certificate is for another name."""


def test_a_broker_that_refuses_the_password(capsys, monkeypatch, tmp_path):
    require_runtime("micropython")
    with SecretStage(options("micropython"), Mosquitto(tmp_path)) as stage:
        stage.begin()
        told = from_port(capsys, stage)
        # This computer's own password is not in the command line.
        where = f"mqtt://{USER}@127.0.0.1:{stage.broker.port}/{BASE}/{GATEWAY}"
        assert Run(capsys, "doctor", where).code == 2
        for password, code, fault in (("wrong horse", 4, "broker_refused"), (PASSWORD, 3, "no_answer")):
            monkeypatch.setenv("LUMBUS_MQTT_PASSWORD", password)
            run = Run(capsys, "doctor", where, "--json")
            assert (run.code, json.loads(run.out)["fault"]) == (code, fault), run.out
    assert (told["fault"], told["link"]) == ("broker_refused", "broker"), told
    assert "mqtt_password" in told["advice"] and "horse" not in json.dumps(told)


def test_a_wrong_certificate(capsys, tmp_path):
    require_runtime("micropython")
    folder = certified(tmp_path)
    with CertifiedStage(options("micropython"), TlsBroker(folder, "name")) as stage:
        stage.folder = folder
        stage.begin()
        told = from_port(capsys, stage)
        assert (told["fault"], told["link"]) == ("certificate", "broker"), told
        assert "mqtt.server_name" in told["advice"]
        # From this computer it is the same.
        where = f"mqtts://127.0.0.1:{stage.broker.front_port}/{BASE}/{GATEWAY}"
        for more in ((), ("--ca", folder / "ca.pem"), ("--ca", folder / "ca.der")):
            run = Run(capsys, "doctor", where, "--json", *more)
            assert run.code == 4 and json.loads(run.out)["fault"] == "certificate", run.out


@pytest.fixture
def silent_port():
    wire = ConsoleWire()
    wire.start()
    yield wire
    wire.stop()


def test_nobody_answers_on_the_port(capsys, silent_port):
    told = asked(capsys, silent_port.path)
    assert (told["fault"], told["link"]) == ("no_answer", "firmware"), told
    assert "and not the meters' converter?" in told["advice"]


def typed_at(wire, answers: dict) -> None:
    """Let the wire answer what has been typed: {what it has in it: what comes}."""
    wire.answer = lambda data: next((text for sign, text in answers.items() if sign in data), b"")


def test_a_board_at_its_prompt(capsys, silent_port):
    typed_at(
        silent_port, {b"lumbus": b"SyntaxError\r\n>>> ", b"\x04": b"MPY: soft reboot\r\nMicroPython v1.27\r\n>>> "}
    )
    told = asked(capsys, silent_port.path)
    assert (told["fault"], told["link"]) == ("no_application", "firmware"), told


def test_a_board_in_its_raw_prompt(capsys, silent_port):
    typed_at(silent_port, {b"\x04": b"OK\x04Traceback\r\n\x04>"})
    assert asked(capsys, silent_port.path)["fault"] == "raw_repl"


def test_a_configuration_that_is_not_valid(capsys, silent_port):
    faults = b"config: mqtt.host: missing\r\nconfig: nothing was started; mend the above and start again\r\n>>> "
    typed_at(silent_port, {b"lumbus": b"SyntaxError\r\n>>> ", b"\x04": b"MPY: soft reboot\r\n" + faults})
    told = asked(capsys, silent_port.path)
    assert (told["fault"], told["text"]) == ("configuration", "the configuration is not valid: mqtt.host: missing")


def test_a_port_that_is_not_there(capsys):
    run = Run(capsys, "doctor", "/dev/no-such-port")
    assert run.code == 4 and "✗ port" in run.out and "is the cable in" in run.out


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("mqtt://me:secret@broker/cellar", "no password in the address"),
        ("mqtt://broker", "which gateway?"),
        ("http://broker/cellar", "http:// is not known"),
        ("mqtt://broker:99999/cellar", "the port behind the host"),
        ("mqtt://broker/a+b", "+ and #"),
    ],
)
def test_what_is_no_target(capsys, where, words):
    run = Run(capsys, "doctor", where)
    assert run.code == 2 and words in run.err and "secret" not in run.err


def test_a_broker_that_is_not_there(capsys):
    from lumbus.demo.broker import free_port

    run = Run(capsys, "doctor", f"mqtt://127.0.0.1:{free_port()}/cellar", "--json")
    assert run.code == 4 and json.loads(run.out)["fault"] == "broker_refused"
