"""The ESP32's network: Wi-Fi, NTP, DNS and connections."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import errno

from checks import raises
from esp32_fakes import load
from esp32_netfakes import Enough, FakeClock, Network, Ntp, Sockets, os_error, run_until

esp32_wifi = load("esp32_wifi")
esp32_ntp = load("esp32_ntp")
addresses = load("addresses")
esp32_socket = load("esp32_socket")
esp32_network = load("esp32_network")

SECRET = "correct horse battery"


class World:
    """A Network on fakes; `lines` is what was told."""

    def __init__(self, ssid="home", password=SECRET, errors=(), ntp_errors=()):
        self.lines = []
        self.clock = FakeClock()
        esp32_wifi.network = self.network = Network(errors)
        esp32_ntp.ntptime = self.ntptime = Ntp(ntp_errors)
        addresses.socket = esp32_socket.socket = esp32_socket.select = self.sockets = Sockets()
        self.station = self.network.station
        self.wifi = esp32_wifi.Wifi(ssid, password, "lumbus-ecab1c", self.lines.append)
        self.ntp = esp32_ntp.NtpTime(self.clock, self.lines.append)
        self.port = esp32_network.Network(self.clock, self.wifi, self.ntp)

    def run(self, seconds, at_second=None):
        """Let the task beat so often; `at_second(n)` is called at each beat.  The longest time between two."""
        count = longest = 0
        last = self.clock.now

        def beat():
            nonlocal count, longest, last
            count += 1
            longest = max(longest, self.clock.now - last)
            last = self.clock.now
            if count > seconds:
                raise Enough()
            if at_second is not None:
                at_second(count)

        run_until(self.port.run(beat))
        return longest

    def up(self):
        self.station.is_up = True
        self.wifi.tick(self.clock.now)
        if not self.wifi.is_up():
            raise AssertionError("not up")
        return self

    def open(self):
        return self.port.open("broker.example", 1883)

    def connected(self):
        connection = self.open()
        self.sockets.made[-1].event = Sockets.POLLOUT
        assert connection.ready()
        return connection, self.sockets.made[-1]


def test_the_name_is_set_before_the_one_connect():
    world = World()
    world.run(100)
    assert world.network.done == ["hostname lumbus-ecab1c", "active", "connect"]
    assert world.station.asked == ("home", SECRET)


def test_the_task_beats_every_second():
    assert World().run(30) <= 1000


def test_without_credentials_wifi_is_left_alone():
    world = World(ssid=None, password=None)
    world.run(100)
    assert world.network.done == []
    assert world.ntptime.asked == 0
    assert world.lines == []


def test_an_open_network_has_no_password():
    world = World(password="")
    world.run(2)
    assert world.station.asked == ("home", None)


def test_a_refused_connect_is_ended_and_tried_again_with_pauses():
    world = World(errors=[OSError("Wifi Internal Error")] * 3)
    world.run(60)
    begin = ["hostname lumbus-ecab1c", "active"]
    assert world.network.done == begin + ["connect", "disconnect"] * 3 + ["connect"]
    assert [line for line in world.lines if "again in" in line] == [
        "wifi: cannot begin to connect (Wifi Internal Error); again in %d s" % pause for pause in (2, 4, 8)
    ]


def test_other_errors_than_oserror_are_not_swallowed():
    raises(MemoryError, World(errors=[MemoryError()]).run, 3)


def test_what_happens_to_the_link_is_told_once():
    world = World()

    def at_second(second):
        world.station.now_status = 201 if second < 10 else 202 if second < 20 else 1001
        world.station.is_up = second > 30 and not 40 < second < 50

    world.run(60, at_second)
    wifi = [line for line in world.lines if line.startswith("wifi")]
    assert len(wifi) == 5
    for line, word in zip(wifi, ("wifi.ssid", "wifi.password", "192.0.2.7", "lost", "192.0.2.7")):
        assert word in line


def test_a_link_that_stays_away_is_asked_for_anew():
    world = World()
    world.run(299)
    assert world.network.done.count("connect") == 1
    world.run(4)
    assert world.network.done.count("disconnect") == 1
    assert world.network.done.count("connect") == 2


def test_the_password_is_never_told():
    world = World(errors=[OSError("Wifi Internal Error"), OSError(12297)], ntp_errors=[OSError(-202)])

    def at_second(second):
        world.station.now_status = (200, 201, 202, 1001, 7)[second % 5]
        world.station.is_up = second % 50 > 40

    world.run(1000, at_second)
    assert len(world.lines) > 10
    text = "\n".join(world.lines) + repr(world.wifi) + str(world.port)
    assert SECRET not in text
    assert "battery" not in text


def test_the_clock_is_set_when_the_network_is_there_and_every_6_h():
    world = World()
    world.run(10)
    assert not world.clock.is_set
    world.station.is_up = True
    world.run(10)
    assert world.clock.is_set
    assert world.ntptime.asked == 1
    world.run(6 * 3600 - 20)
    assert world.ntptime.asked == 1
    world.run(20)
    assert world.ntptime.asked == 2
    assert world.lines.count("time: set by NTP") == 1


def test_ntp_that_fails_is_asked_again_with_growing_pauses():
    errors = [OSError(-202), OSError(116), ValueError("buffer too small"), IndexError()]
    world = World(ntp_errors=errors)
    world.station.is_up = True
    asked = []

    def at_second(second):
        if len(asked) < world.ntptime.asked:
            asked.append(second)

    world.run(300, at_second)
    assert [b - a for a, b in zip(asked, asked[1:])] == [15, 30, 60, 120]
    assert world.clock.is_set
    assert len([line for line in world.lines if line.startswith("time")]) == 2


def test_ntp_pauses_end_at_15_min():
    world = World(ntp_errors=[OSError(116)] * 1000)
    world.station.is_up = True
    world.run(24 * 3600)
    assert 90 <= world.ntptime.asked <= 105
    assert not world.clock.is_set


def test_without_wifi_no_connection_is_begun_and_dns_not_asked():
    world = World()
    error = raises(OSError, world.open)
    assert error.errno == errno.ENOTCONN
    assert world.sockets.questions == 0


def test_dns_is_asked_once():
    world = World().up()
    for _ in range(5):
        connection, socket = world.connected()
        assert socket.address == ("192.0.2.1", 1883)
        connection.close()
    assert world.sockets.questions == 1
    world.port.open("other.example", 1883)
    world.port.open("broker.example", 8883)
    assert world.sockets.questions == 3


def test_dns_is_asked_again_after_a_failed_connect_only():
    world = World().up()
    world.connected()
    world.sockets.numeric = "192.0.2.99"
    # One that was given up before it was up.
    world.open().close()
    assert world.sockets.questions == 1
    connection, socket = world.connected()
    assert world.sockets.questions == 2
    assert socket.address == ("192.0.2.99", 1883)
    # One that broke later says nothing against the address.
    socket.inbox.append(os_error(errno.ECONNRESET))
    raises(OSError, connection.read, 512)
    connection.close()
    world.open()
    assert world.sockets.questions == 2


def test_a_refused_connection_is_a_failed_one():
    world = World().up()
    connection = world.open()
    world.sockets.made[-1].event = Sockets.POLLOUT | Sockets.POLLHUP
    assert raises(OSError, connection.ready).errno == errno.ECONNREFUSED
    connection.close()
    connection.close()
    world.open()
    assert world.sockets.questions == 2


def test_a_connect_that_fails_at_once_is_a_failed_one():
    world = World().up()
    world.sockets.connect_error = os_error(errno.EHOSTUNREACH)
    assert raises(OSError, world.open).errno == errno.EHOSTUNREACH
    assert world.sockets.made[-1].closed == 1
    raises(OSError, world.open)
    assert world.sockets.questions == 2


def test_the_last_good_address_serves_while_dns_is_away():
    world = World().up()
    world.connected()
    world.open().close()
    world.sockets.dns_error = OSError(-202)
    _, socket = world.connected()
    assert socket.address == ("192.0.2.1", 1883)
    assert world.sockets.questions == 2


def test_an_unknown_host_is_named():
    world = World().up()
    world.sockets.dns_error = OSError(-202)
    error = raises(OSError, world.open)
    assert "broker.example" in str(error)
    assert "-202" in str(error)
    raises(OSError, world.open)
    assert world.sockets.questions == 2


def test_a_connection_is_ready_when_the_poll_says_so():
    world = World().up()
    connection = world.open()
    assert not connection.ready()
    assert not connection.ready()
    world.sockets.made[-1].event = Sockets.POLLOUT
    assert connection.ready()
    world.sockets.made[-1].event = 0
    assert connection.ready()


def test_writing_says_how_much_was_taken():
    connection, socket = World().up().connected()
    socket.takes = 3
    assert connection.write(memoryview(b"abcdef")) == 3
    socket.takes = 0
    assert connection.write(b"def") == 0
    assert socket.sent == b"abc"


def test_reading_gives_what_is_there():
    connection, socket = World().up().connected()
    assert connection.read(512) == b""
    socket.inbox += [b"abc", bytes(512), b"xy"]
    assert connection.read(512) == b"abc"
    assert len(connection.read(2000)) == 512
    assert connection.read(4) == b"xy"
    assert connection.read(512) == b""


def test_the_other_side_s_end_is_an_error():
    connection, socket = World().up().connected()
    socket.inbox += [b"", os_error(errno.ECONNRESET)]
    assert "closed" in str(raises(OSError, connection.read, 512))
    raises(OSError, connection.read, 512)
