# not in WebAssembly: it has no asyncio
"""Where a release comes from: the broker by want and chunk, a server by Range; each with what can go wrong."""

import asyncio
import json

from appport import CONFIG, FakePort, RealTime

from uplink.refused import Refused
from uplink.topics import Topics
from uplink.update_broker import Broker
from uplink.update_http import Http, served

FILE = bytes(range(256)) * 100
RELEASE = "0123456789abcdef" * 4


class Publisher:
    def __init__(self):
        self.connected = True
        self.replies = []
        self.idle_ms = 50


class App:
    def __init__(self):
        self.port = FakePort(CONFIG, RealTime())
        self.clock = self.port.clock
        self.clock.utc_ms = lambda: 1800000000000
        self.publisher = Publisher()
        self.topics = Topics("lumbus", "g")
        self.config = {"update": {"key": "update.der", "ca": "web.der"}}


class Updating:
    """What an Update is to a source."""

    def __init__(self):
        self.app = App()
        self.on_rest = lambda: None

    async def tick(self, ms):
        self.on_rest()
        await self.app.clock.sleep_ms(ms)


def chunk(at, size, release=RELEASE):
    return bytes(int(release[2 * i : 2 * i + 2], 16) for i in range(8)) + at.to_bytes(4, "big") + FILE[at : at + size]


def test_the_broker_is_asked_for_one_piece_after_the_other():
    update = Updating()
    source = Broker(update, RELEASE, len(FILE))
    wanted = []

    def answer():
        if update.app.publisher.replies:
            topic, text = update.app.publisher.replies.pop(0)
            assert topic == b"lumbus/v1/g/want"
            want = json.loads(text)
            wanted.append((want["at"], want["size"]))
            assert want["release"] == "0123456789abcdef"
            # What was asked for before, what is of another release, and what has nothing in it.
            source.take(chunk(want["at"] + 1, 5))
            source.take(chunk(want["at"], 5, "f" * 64))
            source.take(chunk(want["at"], 0))
            source.take(b"short")
            source.take(chunk(want["at"], want["size"] if len(wanted) != 2 else 7))
            source.take(b"\0" * 12 + b"twice")

    update.on_rest = answer
    got = asyncio.run(gathered(source, 2000))
    assert got == FILE
    # At most 512 bytes, also where more is wanted, and what came short is gone on with.
    assert wanted[:3] == [(0, 512), (512, 512), (519, 512)]
    assert wanted[-1][0] + wanted[-1][1] == len(FILE)
    # It is asked quickly, and as long as it goes on only.
    assert update.app.publisher.idle_ms == 10
    source.close()
    assert update.app.publisher.idle_ms == 50


async def gathered(source, size):
    got = b""
    while True:
        data = await source.read(len(got), size)
        if not data:
            return got
        assert len(data) <= size
        got += data


def test_nobody_answers_and_it_is_asked_three_times():
    update = Updating()
    source = Broker(update, RELEASE, len(FILE))
    update.on_rest = lambda: asked.extend(update.app.publisher.replies) or update.app.publisher.replies.clear()
    asked = []
    error = failure(source.read(0, 1024))
    assert isinstance(error, OSError) and "nobody sends it" in str(error) and len(asked) == 3
    assert 29000 < update.app.clock.now < 32000
    # Where no broker is, nothing piles up.
    update.app.publisher.connected = False
    failure(source.read(0, 1024))
    assert len(asked) == 3


def failure(work):
    try:
        asyncio.run(work)
    except (OSError, Refused) as e:
        return e
    raise AssertionError("nothing was wrong")


class Server:
    """The network, and a server of FILE; `words` say how it behaves: one for all connections."""

    def __init__(self, *words):
        self.words = words
        self.opened = 0
        self.asked = []

    def open(self, host, port, tls):
        assert tls == "tls"
        self.opened += 1
        if "refuses" in self.words:
            raise OSError(111, "ECONNREFUSED")
        return Connection(self)


class Connection:
    def __init__(self, server):
        self.server = server
        self.out = b""
        self.held = b""
        self.is_over = False
        self.answered = 0

    def ready(self):
        return "mute" not in self.server.words

    def write(self, data):
        if self.is_over:
            raise OSError(104, "ECONNRESET")
        taken = bytes(data[:50])
        self.held += taken
        end = self.held.find(b"\r\n\r\n")
        if end >= 0:
            self.answer(self.held[:end].decode())
            self.held = self.held[end + 4 :]
        return len(taken)

    def read(self, size):
        size = min(size, 300)
        data, self.out = self.out[:size], self.out[size:]
        if not data and self.is_over:
            raise OSError(104, "closed by the other side")
        return data

    def close(self):
        self.is_over = True

    def answer(self, head):
        words = self.server.words
        self.server.asked.append(head)
        self.answered += 1
        if "silent" in words:
            return
        first, last = [int(word) for word in head.split("bytes=")[1].split("\r\n")[0].split("-")]
        size = 5 if "other" in words else len(FILE)
        status = next((word for word in words if word[:1].isdigit()), "206 Partial Content")
        begins = first + 1 if "elsewhere" in words else first
        fields = ["HTTP/1.1 " + status, "content-RANGE: bytes %d-%d/%d" % (begins, last, size)]
        if "nameless" in words:
            fields.pop()
        if "chunked" in words:
            fields.append("Transfer-Encoding: chunked")
        if "closes" in words:
            fields.append("Connection: close")
        if "leads" in words:
            fields.append("Location: https://elsewhere/file?token=swordfish")
        if "gibberish" in words:
            fields = ["SSH-2.0"]
        if "long" in words:
            fields.append("X-Long: " + "x" * 3000)
        self.out += "\r\n".join(fields).encode() + b"\r\n\r\n" + FILE[first : last + 1]
        # One that closes without saying so, after an answer or in the middle of it.
        if "closes" in words or ("lets go" in words and self.answered == 2):
            self.is_over = True
        if "breaks" in words:
            self.out = self.out[:-100]
            self.is_over = True


def source_of(*words):
    update = Updating()
    update.app.port.network = Server(*words)
    return Http(update, "host", 8443, "/file.lum", len(FILE), "tls"), update.app.port.network


def test_a_server_gives_it_in_ranges_on_one_connection():
    source, server = source_of()
    assert asyncio.run(gathered(source, 1000)) == FILE
    assert server.opened == 1 and len(server.asked) == -(-len(FILE) // 8192)
    lines = server.asked[1].split("\r\n")
    assert lines[:3] == ["GET /file.lum HTTP/1.1", "Host: host:8443", "Range: bytes=8192-16383"]


def test_what_is_skipped_is_not_given():
    source, server = source_of()

    async def work():
        assert await source.read(0, 100) == FILE[:100]
        assert await source.read(20000, 10) == FILE[20000:20010]
        assert await source.read(50, 10) == FILE[50:60]
        assert await source.read(60, 10) == FILE[60:70]
        assert await source.read(len(FILE), 10) == b""

    asyncio.run(work())
    assert server.opened == 1 and len(server.asked) == 3
    source.close()


def test_a_server_that_closes_after_each_answer_is_asked_anew():
    for word in ("closes", "lets go"):
        source, server = source_of(word)
        assert asyncio.run(gathered(source, 1000)) == FILE, word
        assert server.opened in (2, 4), word


def test_what_can_never_come_right_is_refused():
    for words, says in (
        (("200 OK",), "host cannot serve a part of a file (Range)"),
        (("chunked",), "cannot serve a part"),
        (("302 Found", "leads"), "host leads to https://elsewhere/file (HTTP 302): tell that address itself"),
        (("404 Not Found",), "host answers HTTP 404 for /file.lum"),
        (("other",), "host has a file of 5 bytes, the release has 25600"),
        (("nameless",), "does not say which part"),
    ):
        source, _ = source_of(*words)
        error = failure(source.read(0, 1000))
        assert isinstance(error, Refused) and says in str(error), (words, error)


def test_what_may_be_a_secret_in_an_address_is_not_told():
    for words in (("404 Not Found",), ("302 Found", "leads")):
        source, _ = source_of(*words)
        source._path = "/file.lum?token=swordfish"
        error = failure(source.read(0, 1000))
        assert isinstance(error, Refused) and "swordfish" not in str(error), error


def test_what_may_come_right_is_an_interruption():
    for words, says in (
        (("503 Busy",), "it answers HTTP 503"),
        (("429 Too Many",), "it answers HTTP 429"),
        (("refuses",), "ECONNREFUSED"),
        (("mute",), "no connection within 10 s"),
        (("silent",), "no answer within 20 s"),
        (("gibberish",), "it does not speak HTTP"),
        (("long",), "the head of its answer is too long"),
        (("elsewhere",), "it serves bytes 1-8191"),
    ):
        source, _ = source_of(*words)
        error = failure(source.read(0, 1000))
        assert isinstance(error, OSError) and says in str(error), (words, error)
        assert str(error).startswith("host: ")
    source, _ = source_of("breaks")
    error = failure(gathered(source, 1000))
    assert "closed by the other side" in str(error)


def test_there_is_no_tls_without_a_ca_or_a_clock():
    update = Updating()
    port = update.app.port
    error = refusal(update)
    assert "update.ca: there is no file web.der on the board" in str(error)
    port.storage.texts["web.der"] = b"0"

    def tls(ca, name):
        if ca != b"0":
            raise ValueError("mqtt.ca: no certificate in DER")
        return name

    port.tls = tls
    assert served(update, "https://host:8443/file", 5)._tls == "host"
    update.app.clock.utc_ms = lambda: None
    assert "the clock is not set yet" in str(refusal(update))
    port.storage.texts["web.der"] = b"1"
    assert str(refusal(update)) == "update.ca: no certificate in DER"


def refusal(update):
    try:
        served(update, "https://host:8443/file", 5)
    except (OSError, Refused) as e:
        return e
    raise AssertionError("nothing was wrong")
