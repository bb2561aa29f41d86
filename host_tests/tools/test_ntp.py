"""The clock is set over real datagrams, by a server on loopback, under either interpreter."""

import os
import socket
import subprocess
import threading
import time

import pytest
from needs import require_runtime

from lumbus import runtime
from lumbus.paths import BOARD, FIRMWARE, LIB

_1970 = 2208988800
SCRIPT = """
import asyncio, sys, time
from host_socket import Network
from uplink.timekeeper import Timekeeper

class Clock:
    quality = None
    ahead = None
    def ms(self):
        return time.time_ns() // 1000000
    async def sleep_ms(self, ms):
        await asyncio.sleep(ms / 1000)
    def utc_ms(self):
        return None
    def set_utc_ms(self, utc_ms):
        print("set", utc_ms - self.ms())
        sys.exit(0)

class Here(Network):
    def udp(self, host):
        return Network.udp(self, host, PORT)

keeper = Timekeeper(Here(), Clock(), print, ["127.0.0.1"], lambda n: time.time_ns() % n, print)
asyncio.run(keeper.run(lambda: None))
"""


class Server:
    """Answers each question with what `made(question)` gives, None for silence."""

    def __init__(self, made):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._made = made
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                question, sender = self._socket.recvfrom(512)
            except OSError:
                return
            answer = self._made(question)
            if answer is not None:
                self._socket.sendto(answer, sender)

    def stop(self):
        self._socket.close()


def good(off_s: int):
    def made(question: bytes) -> bytes:
        now = time.time() + off_s
        stamp = (int(now) + _1970).to_bytes(4, "big") + int(now % 1 * 2**32).to_bytes(4, "big")
        assert len(question) == 48 and question[0] == 0x23
        return b"\x24\x02" + bytes(22) + question[40:] + stamp + stamp

    return made


def played(kind: str, made) -> str:
    require_runtime(kind)
    server = Server(made)
    try:
        script = SCRIPT.replace("PORT", str(server.port))
        path = os.pathsep.join(map(str, (BOARD / "host", BOARD / "common", FIRMWARE, LIB)))
        command = [*runtime.command(kind, "-c")[:-1], "-c", script]
        env = {**os.environ, "MICROPYPATH": f"{path}:.frozen", "PYTHONPATH": path}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=20).stdout
    finally:
        server.stop()


@pytest.mark.parametrize("kind", runtime.RUNTIMES)
def test_a_server_sets_the_clock(kind):
    said = played(kind, good(3600)).splitlines()
    assert said[0].startswith("set ") and abs(int(said[0].split()[1]) - 3_600_000) < 500, said


def test_an_answer_to_somebody_else_is_told_and_the_next_question_believed():
    first = []

    def made(question):
        answer = good(0)(question)
        if not first:
            first.append(question)
            return answer[:24] + bytes(8) + answer[32:]
        return answer

    # The next question comes after 11 to 15 s.
    said = played("micropython", made).splitlines()
    assert said[0] == "time: 127.0.0.1: it answers something else" and said[1].startswith("set ")
