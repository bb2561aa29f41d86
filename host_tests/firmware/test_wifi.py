"""Wi-Fi's state machine: every state ends, several networks take turns, and a board that has none still meters."""

from simtime import SimClock

from uplink.wifi import Wifi

SECRET = "correct horse"


class Radio:
    """`there`: {ssid: state after two seconds}; `error` is raised by join()."""

    def __init__(self, clock, **there):
        self.clock = clock
        self.there = there
        self.done = []
        self.joined = None
        self.at = 0
        self.error = None

    def state(self):
        if self.joined is None or self.clock.now - self.at < 2000:
            return "joining"
        return self.there.get(self.joined, "absent")

    def join(self, ssid, password):
        self.done.append(ssid)
        assert password == SECRET
        if self.error:
            raise self.error
        self.joined, self.at = ssid, self.clock.now

    def leave(self):
        self.joined = None

    def restart(self):
        self.done.append("restart")
        self.joined = None

    def address(self):
        return "192.0.2.7"


class World:
    def __init__(self, *ssids, **there):
        self.clock = SimClock(0)
        self.lines = []
        self.despair = []
        self.radio = Radio(self.clock, **there)
        networks = [{"ssid": ssid, "password": SECRET} for ssid in ssids]
        self.wifi = Wifi(self.radio, self.clock, self.lines.append, networks, lambda n: 0, self.despair.append)

    def run(self, seconds):
        for _ in range(seconds):
            self.wifi.tick()
            self.clock.now += 1000
        return self

    def state(self):
        return self.wifi.counters()["state"]


def test_one_network_comes_up_and_stays():
    world = World("home", home="up").run(3600)
    assert world.radio.done == ["home"]
    assert world.lines == ["wifi: home, address 192.0.2.7"]
    told = {"state": "up", "ssid": "home", "joins": 1, "losses": 0, "restarts": 0, "address": "192.0.2.7", "why": None}
    assert world.wifi.counters() == told


def test_the_next_one_is_tried_where_one_is_absent_or_refuses():
    world = World("home", "cellar", "attic", home="absent", cellar="refused", attic="up").run(30)
    assert world.radio.done == ["home", "cellar", "attic"]
    assert world.lines == [
        "wifi: home is not to be heard",
        "wifi: cellar refuses; is its password in secrets.json right?",
        "wifi: attic, address 192.0.2.7",
    ]


def test_an_attempt_that_says_nothing_ends_after_20_s():
    world = World("home", "cellar", home="joining", cellar="up").run(30)
    assert world.radio.done == ["home", "cellar"]
    assert "home gives no link within 20 s" in world.lines[0]


def test_a_lost_link_gets_a_minute_by_itself_and_then_is_joined_anew():
    world = World("home", "cellar", home="absent", cellar="up").run(30)
    assert world.state() == "up"
    world.radio.there["cellar"] = "joining"
    world.run(50)
    assert world.state() == "lost" and world.radio.done == ["home", "cellar"]
    world.radio.there["cellar"] = "up"
    world.run(5)
    assert world.state() == "up" and world.wifi.losses == 1 and world.radio.done == ["home", "cellar"]
    # The good one first, then round.
    world.radio.there["cellar"] = "absent"
    world.run(66)
    assert world.radio.done == ["home", "cellar", "cellar", "home"]


def test_rounds_come_farther_and_farther_apart_and_the_radio_is_switched_off_and_on():
    world = World("home").run(590)
    rounds = world.radio.done.count("home")
    assert 6 <= rounds <= 10 and "restart" not in world.radio.done
    assert len(world.lines) == 1
    world.run(3600)
    assert world.radio.done.count("restart") == 6
    assert not world.despair


def test_the_last_resort_comes_an_hour_after_a_link_and_half_a_day_without_one():
    world = World("home", home="up").run(10)
    world.radio.there.clear()
    world.run(3590)
    assert not world.despair
    world.run(20)
    assert len(world.despair) == 1
    never = World("home").run(12 * 3600 - 10)
    assert not never.despair
    never.run(20)
    assert len(never.despair) == 1


def test_a_driver_that_refuses_ends_nothing():
    world = World("home", home="up")
    world.radio.error = OSError("Wifi Internal Error")
    world.run(60)
    assert "home cannot be joined: Wifi Internal Error" in world.lines[0]
    world.radio.error = None
    world.run(60)
    assert world.state() == "up"


def test_no_password_is_told():
    world = World("home", "cellar", home="refused", cellar="absent").run(7200)
    assert SECRET not in "".join(world.lines) + repr(world.wifi.counters())


def test_every_state_ends():
    for state in ("joining", "absent", "refused", "silent"):
        world = World("home", "cellar", home=state, cellar=state)
        seen = set()
        for _ in range(100):
            world.run(20)
            seen.add(world.state())
        assert seen == {"joining", "paused"}, state
        world.radio.there["cellar"] = "up"
        world.run(700)
        assert world.state() == "up", state
