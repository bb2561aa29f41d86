"""Once against a real broker: Debian's mosquitto, on loopback, with a password."""

import os
import subprocess

import pytest
from mosquitto import PASSWORD, USER, Mosquitto, PasswordStage, options, play
from needs import require_runtime

from lumbus import runtime as runtimes
from lumbus.demo.consumer import Consumer
from lumbus.demo.report import report
from lumbus.demo.stage import BASE
from lumbus.paths import BOARD, FIRMWARE, LIB, UMQTT

# A session whose packet ids are near their end.
WRAPPING = """
import asyncio, time
import old_names
old_names.install()
from host_socket import Network
from uplink.mqtt_codec import Codec
from uplink.mqtt_link import Link

class Clock:
    def ms(self):
        return time.time_ns() // 1000000
    async def sleep_ms(self, ms):
        await asyncio.sleep(ms / 1000)

async def main():
    codec = Codec(b"wrapping", USER, PASSWORD, 10, b"BASE/will", b"gone")
    codec._client.pid = 65530
    heard = []
    link = Link(Network(), Clock(), codec, 10, lambda topic, payload, retained: heard.append(payload))
    await link.open("127.0.0.1", PORT)
    for n in range(1, 11):
        text = '{"boot":1,"seq":%d,"uptime_s":1}' % n
        await link.publish(b"BASE/v1/g/m/reading", text.encode(), False)
        print(n, codec._client.pid)
    await link.subscribe(b"BASE/echo")
    await link.publish(b"BASE/echo", b'{"boot":1}', False)
    while not heard:
        await link.idle()
        await asyncio.sleep(0.01)
    print("heard", heard[0].decode())
    await link.close()

asyncio.run(main())
"""


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


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_packet_ids_go_on_at_1_behind_65535(runtime, tmp_path):
    require_runtime(runtime)
    broker = Mosquitto(tmp_path)
    broker.start()
    consumer = Consumer(broker.port, BASE)
    try:
        consumer.start()
        script = WRAPPING.replace("PORT", str(broker.port)).replace("BASE", BASE)
        script = script.replace("USER", repr(USER.encode())).replace("PASSWORD", repr(PASSWORD.encode()))
        path = os.pathsep.join(map(str, (BOARD / "host", BOARD / "common", FIRMWARE, LIB, UMQTT)))
        command = [*runtimes.command(runtime, "-c"), script]
        env = {**os.environ, "MICROPYPATH": f"{path}:.frozen", "PYTHONPATH": path}
        run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
        said = run.stdout.splitlines()
        numbers = [line.split() for line in said[:10]]
        assert [int(pid) for _, pid in numbers] == [65531, 65532, 65533, 65534, 65535, 1, 2, 3, 4, 5], run.stderr
        assert said[10] == 'heard {"boot":1}'
        # What the broker has acknowledged it has also passed on, once and in order.
        while len(consumer.readings) < 10:
            consumer.inbox.get(timeout=10)
        assert [reading["seq"] for reading in consumer.readings] == list(range(1, 11))
    finally:
        consumer.stop()
        broker.stop()
