# not in WebAssembly: it has no asyncio
"""The search for a silent meter's parity, baud rate and address, between the polls of those that answer."""

import asyncio
import json

from appport import CONFIG, FakePort, RealTime, app_on, body
from busline import BusLine

from lumbus.sim.slave import Slave


class Line(BusLine):
    """What is sent with another parity than the meters' is understood by nobody."""

    wanted = "even"
    parity = "even"

    def set_baud(self, baud, parity=None):
        self.parity = parity or self.parity
        self.settings.append((baud, self.parity))
        super().set_baud(baud, parity)

    def write(self, data):
        if self.parity == self.wanted:
            super().write(data)


class Port(FakePort):
    def __init__(self, slaves, baud=2400, parity="even"):
        config = json.loads(json.dumps(CONFIG))
        config["meters"][0]["light"] = None
        config["meters"].append({"profile": "m1pro40", "address": 2, "poll_s": 1})
        super().__init__(config, RealTime())
        self.line = Line(self.clock, slaves, baud)
        self.line.baud = 2400
        self.line.settings = []
        self.line.wanted = parity

    def serial(self, baud, parity="even"):
        assert (baud, parity) == (2400, "even")
        return self.line


def probed(port, asked=b'{"id": 4}'):
    """The answer to a probe, once a meter has failed; and the app."""
    app = app_on(port)
    told = []

    def over():
        if not told and app.meters[1].failure is not None:
            told.append(None)
            app.remote._obey(b"probe", asked, lambda leaf, text: told.append((leaf, json.loads(text))))
        return len(told) > 1 or port.clock.now > 400000

    port.is_over = over
    asyncio.run(app.run())
    assert len(told) == 2, port.lines
    assert told[1][0] == "probe"
    assert port.line.settings[-1] == (2400, "even")
    return told[1][1], app


def test_a_parity_is_found():
    answer, _ = probed(Port([Slave(2, bytes(8), body)], parity="odd"))
    assert answer["ok"] and answer["id"] == 4
    assert answer["found"] == [{"baud": 2400, "parity": "odd", "address": 2}] and answer["tried"] == 3


def test_a_baud_rate_is_found():
    answer, _ = probed(Port([Slave(2, bytes(8), body)], baud=300))
    assert answer["found"] == [{"baud": 300, "parity": "even", "address": 2}] and answer["tried"] == 5


def test_another_address_is_found_and_metering_goes_on():
    port = Port([Slave(1, bytes(8), body), Slave(9, bytes(7) + b"\x02", body)])
    answer, app = probed(port)
    # Both answer together: what comes is damaged, or one of them.
    assert answer["ok"] and (answer["damaged"] or answer["found"])
    assert app.meters[0].failure is None and app.meters[0].polls > 1
    alone, _ = probed(Port([Slave(9, bytes(8), body)]))
    assert alone["found"] == [{"baud": 2400, "parity": "even", "address": 9}] and alone["tried"] == 1


def test_where_nobody_answers_all_is_tried_and_it_ends():
    answer, app = probed(Port([]))
    assert answer["ok"] and answer["found"] == [] and not answer["damaged"]
    assert answer["tried"] == 18 or app.clock.now > 120000
    assert app.poller.probe is None


def test_it_is_refused_where_every_meter_answers_and_while_one_goes_on():
    app = app_on(Port([]))
    said = []
    app.remote._obey(b"probe", b"", lambda leaf, text: said.append(json.loads(text)))
    assert said == [{"verb": "probe", "id": None, "ok": False, "text": "every meter answers, so nothing is asked"}]
    app.meters[0].failure = "no reply"
    app.remote._obey(b"probe", b"", lambda leaf, text: said.append(json.loads(text)))
    app.remote._obey(b"probe", b"", lambda leaf, text: said.append(json.loads(text)))
    assert said[1]["text"] == "it is being done already"
