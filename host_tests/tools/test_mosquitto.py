"""Once against a real broker: Debian's mosquitto, on loopback, with a password."""

import subprocess

import pytest
from mosquitto import PASSWORD, Mosquitto, PasswordStage, options, play
from needs import require_runtime

from lumbus.demo.report import report


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_every_reading_passes_a_real_broker(runtime, tmp_path):
    require_runtime(runtime)
    with PasswordStage(options(runtime), Mosquitto(tmp_path)) as stage:
        play(stage, lambda s: len(s.consumer.readings) >= 12, 40)
        seconds = stage.seconds()
        assert stage.end_firmware(), stage.console.read_text()
        stage.settle()
        got = report(stage, seconds)
        console = stage.console.read_text()
    assert got["lost"] == got["duplicates"] == 0
    assert got["readings"] == got["published"] == got["received"]
    assert got["verdict"] == "agree"
    assert stage.consumer.status["state"] == "offline"
    assert PASSWORD not in console


def test_a_refused_password_is_one_clear_line_and_the_metering_goes_on(tmp_path):
    stage = PasswordStage(options("cpython"), Mosquitto(tmp_path))
    stage.password = "wrong horse"
    with stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        while "refuses" not in stage.console.read_text() or "is 16250476" not in stage.console.read_text():
            assert stage.seconds() < 20, stage.console.read_text()
            assert stage.firmware is not None
            with pytest.raises(subprocess.TimeoutExpired):
                stage.firmware.wait(0.1)
        console = stage.console.read_text()
    told = [text for text in console.splitlines() if "mqtt 127.0.0.1" in text]
    assert len(told) == 1
    assert "refuses" in told[0] and "user name or password" in told[0]
    assert "wrong horse" not in console
