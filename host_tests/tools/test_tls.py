"""The firmware against a real broker with TLS: who is believed, and who is refused in one clear line."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from laidout import laid_out
from mosquitto import USER, options, play
from needs import require_runtime
from tlsstage import TlsBroker, TlsStage, certified

from lumbus.demo.report import report

RUNTIMES = ["micropython", "cpython"]


@pytest.fixture
def folder(tmp_path):
    return certified(tmp_path)


def staged(runtime, folder, broker, **changes) -> TlsStage:
    require_runtime(runtime)
    stage = TlsStage(options(runtime), broker)
    stage.folder = folder
    stage.changes = changes
    return stage


def refusals(stage) -> list[str]:
    """What the console says of the broker, once a failure was told and the meter has been read."""
    with stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        while "trying again" not in stage.console.read_text() or "is 16250476" not in stage.console.read_text():
            assert stage.seconds() < 25, stage.console.read_text()
            with pytest.raises(subprocess.TimeoutExpired):
                stage.firmware.wait(0.1)
        assert stage.consumer.readings == []
        # Asked to end, it keeps what nobody took.
        assert stage.end_firmware(), stage.console.read_text()
        console = stage.console.read_text()
    word = stage_word(console)
    assert word["accepted"] > 0 and word["acknowledged"] == 0
    return [line.partition(": ")[2] for line in console.splitlines() if " mqtt " in line]


def stage_word(console: str) -> dict:
    words = console.strip().splitlines()[-1].split()
    assert words[1] == "ended:", console
    return {"accepted": int(words[2]), "acknowledged": int(words[5])}


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("client", [False, True], ids=["server-only", "both-sides"])
def test_readings_pass_over_tls(runtime, client, folder):
    changes = {"client_cert": "client.der", "client_key": "client-key.der"} if client else {}
    with staged(runtime, folder, TlsBroker(folder, wants_client=client), **changes) as stage:
        play(stage, lambda s: len(s.consumer.readings) >= 3, 40)
        seconds = stage.seconds()
        assert stage.end_firmware(), stage.console.read_text()
        stage.settle()
        got = report(stage, seconds)
    assert got["lost"] == got["duplicates"] == 0
    assert got["received"] >= 3


def test_a_name_that_is_not_the_address_is_asked_for(folder):
    with staged("micropython", folder, TlsBroker(folder, "name"), server_name="broker.example") as stage:
        play(stage, lambda s: len(s.consumer.readings) >= 1, 40)


def plain(broker) -> None:
    """The firmware is sent to the port without TLS."""
    start = broker.start

    def started():
        start()
        broker.front_port = broker.port

    broker.start = started


def meet(name: str, runtime: str, folder) -> list[str]:
    """What the firmware says to a broker that it must refuse, or that refuses it."""
    server, changes = SERVERS.get(name, ("good", {}))
    broker = TlsBroker(folder, server, wants_client=name == "no-client-certificate")
    if name == "no-tls":
        plain(broker)
    stage = staged(runtime, folder, broker, **changes)
    if name == "password":
        stage.password = "wrong horse"
    return refusals(stage)


# Of the certificate's server, the changes in the configuration.
SERVERS = {
    "wrong-ca": ("good", {"ca": "other.der"}),
    "expired": ("expired", {}),
    "not-yet-valid": ("future", {}),
    "wrong-name": ("name", {}),
}
# What the one line has in it.
WORDS = {
    "wrong-ca": "is not signed by the CA that was given (mqtt.ca)",
    "expired": "the broker's certificate has expired, or this clock is ahead",
    "not-yet-valid": "the broker's certificate is not valid yet, or this clock is behind",
    "wrong-name": "the broker's certificate is not for 127.0.0.1; is mqtt.server_name right?",
    "password": "user name or password",
    "no-client-certificate": "client certificate",
    "no-tls": "is TLS on at that port",
}


@pytest.fixture(scope="module")
def meetings(tmp_path_factory):
    """{(name, runtime): Future of meet()}: they wait most of their time, so some go on at once."""
    for runtime in RUNTIMES:
        laid_out(runtime)
    with ThreadPoolExecutor(4) as pool:
        yield {
            (name, runtime): pool.submit(meet, name, runtime, certified(tmp_path_factory.mktemp("tls")))
            for name in WORDS
            for runtime in RUNTIMES
        }


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("name", WORDS)
def test_who_is_not_the_one_is_refused_in_one_line_and_readings_wait(meetings, name, runtime):
    require_runtime(runtime)
    lines = meetings[name, runtime].result()
    assert len(lines) == 1 and WORDS[name] in lines[0] and "messages wait" in lines[0], lines
    assert "wrong horse" not in lines[0] and USER not in lines[0]
