"""One simulated device: its network is struck as it should be, it wakes when it must, and its meter loses nothing."""

import asyncio
import random
import socket
import time
from types import SimpleNamespace

import pytest

from lumbus.fleet.device_network import DeviceNetwork
from lumbus.fleet.link_clock import LinkClock, Sleepers
from lumbus.fleet.load_meter import LoadMeter


class Pipe:
    """A connection of the port: one end of a pair of sockets."""

    def __init__(self):
        self._socket, self.other = socket.socketpair()
        self._socket.setblocking(False)

    def ready(self):
        return True

    def write(self, data):
        return self._socket.send(data)

    def read(self, size):
        try:
            return self._socket.recv(size)
        except BlockingIOError:
            return b""

    def close(self):
        self._socket.close()


def network_of(loop, on_data=lambda: None) -> tuple[DeviceNetwork, list]:
    opened = []

    def open_one(host, port, tls):
        opened.append((Pipe(), host, port))
        return opened[-1][0]

    network = DeviceNetwork([("a", 1), ("b", 2), ("c", 3)], 1, loop, on_data)
    network._network = SimpleNamespace(open=open_one)
    return network, opened


def test_each_connection_goes_to_the_next_broker():
    loop = asyncio.new_event_loop()
    network, opened = network_of(loop)
    for _ in range(3):
        connection = network.open("fleet", 1883)
        assert network.is_pressed()
        assert connection.ready()
        assert not network.is_pressed()
        connection.close()
    assert [(host, port) for _, host, port in opened] == [("b", 2), ("c", 3), ("a", 1)]
    loop.close()


def test_a_network_that_is_cut_dead_resets_what_there_was_and_opens_nothing():
    loop = asyncio.new_event_loop()
    network, _ = network_of(loop)
    connection = network.open("fleet", 1883)
    assert connection.ready()
    network.set_cut("dead")
    for call in (lambda: connection.write(b"x"), lambda: connection.read(1), lambda: network.open("fleet", 1883)):
        with pytest.raises(OSError):
            call()
    connection.close()
    network.set_cut("")
    assert network.open("fleet", 1883).ready()
    network.power_off()
    loop.close()


def test_a_network_that_falls_silent_swallows_what_is_sent_until_it_is_back():
    loop = asyncio.new_event_loop()
    network, opened = network_of(loop)
    connection = network.open("fleet", 1883)
    assert connection.ready()
    assert connection.write(b"before") == 6
    network.set_cut("silent")
    assert connection.write(b"lost") == 4
    opened[0][0].other.send(b"answer")
    assert connection.read(10) == b""
    network.set_cut("")
    with pytest.raises(OSError):
        connection.read(10)
    assert opened[0][0].other.recv(100) == b"before"
    connection.close()
    loop.close()


def test_who_waits_wakes_when_something_comes_and_at_the_latest_after_a_rest():
    async def run() -> list[float]:
        sleepers = Sleepers()
        pressed = [False]
        clock = LinkClock(sleepers, lambda: pressed[0])
        took = []

        async def sleep(ms: int) -> None:
            began = time.monotonic()
            await clock.sleep_ms(ms)
            took.append(time.monotonic() - began)

        keeper = asyncio.create_task(sleepers.run())
        waiting = asyncio.create_task(sleep(10))
        await asyncio.sleep(0.02)
        clock.wake()
        await waiting
        await sleep(10)
        pressed[0] = True
        await sleep(10)
        keeper.cancel()
        # Nobody sleeps: nothing.
        clock.wake()
        assert not sleepers.those
        return took

    woken, rested, asked = asyncio.run(run())
    assert woken < 0.45
    assert rested >= 0.49
    assert asked < 0.45


def test_the_meter_rises_with_its_load_and_loses_nothing():
    meter = LoadMeter("0000000112345678", random.Random(1), 0)
    readings = [meter.read(at, at) for at in range(0, 3_600_000, 1000)]
    pulses = [reading.pulses for reading in readings]
    assert pulses == sorted(pulses)
    # Between 20 and 3000 W for an hour, at 5000 pulses for each kWh.
    assert 100 < pulses[-1] < 15_000
    registers = [reading.numbers["import"][0] for reading in readings]
    assert registers == sorted(registers)
    text = readings[-1].to_json()
    assert '"energy_import_kwh":' in text
    assert '"verdict":"agree"' in text
