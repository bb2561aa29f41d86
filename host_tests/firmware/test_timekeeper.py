"""SNTP: what an answer is worth, and that no answer alone moves a clock far."""

from checks import raises
from simtime import SimClock, run

from uplink.sntp import answer, question
from uplink.timekeeper import Timekeeper

NOW = 1790000000000
NONCE = b"nonsense"
_1970 = 2208988800


def stamp(utc_ms):
    seconds, ms = divmod(utc_ms, 1000)
    return ((seconds + _1970) & 0xFFFFFFFF).to_bytes(4, "big") + (ms * 4294967296 // 1000).to_bytes(4, "big")


def packet(utc_ms, nonce=NONCE, first=0x24, stratum=2, code=b"GPS\0", came=None):
    head = bytes((first, stratum)) + bytes(10) + code + bytes(8)
    return head + nonce + stamp(utc_ms if came is None else came) + stamp(utc_ms)


def test_a_question_is_what_the_standard_wants():
    asked = question(NONCE)
    assert len(asked) == 48 and asked[0] == 0x23 and asked[40:] == NONCE


def test_a_good_answer_tells_the_time_also_after_2036():
    assert answer(packet(NOW + 7, came=NOW + 5), NONCE) == (NOW + 5, NOW + 7)
    assert answer(packet(NOW, first=0x1C, stratum=15), NONCE)[1] == NOW
    # 2040: the count of seconds has begun anew.
    assert answer(packet(2208988800000), NONCE)[1] == 2208988800000


def test_what_must_not_be_believed_is_told_why():
    for bad, words in (
        (b"short", "5 bytes are no NTP answer"),
        (packet(NOW, first=0x23), "mode 3 is no server's"),
        (packet(NOW, nonce=b"another1"), "it answers something else"),
        (packet(NOW, stratum=0, code=b"RATE"), "wants not to be asked (RATE)"),
        (packet(NOW, stratum=16), "does not know the time itself"),
        (packet(NOW, first=0xE4), "does not know the time itself"),
        (packet(NOW)[:32] + bytes(16), "the answer has no time"),
    ):
        assert words in str(raises(ValueError, answer, bad, NONCE)), words


class Clock(SimClock):
    quality = None

    def __init__(self, utc_ms=None):
        super().__init__(0)
        self.ahead = utc_ms
        self.sets = 0

    def utc_ms(self):
        return None if self.ahead is None else self.ahead + self.now

    def set_utc_ms(self, utc_ms):
        self.sets += 1
        self.ahead = utc_ms - self.now
        self.quality = "synced"


class Server:
    """A host that is `off_ms` from the truth; `is_silent`; `more`: for packet()."""

    def __init__(self, off_ms=0, is_silent=False, after_ms=100, **more):
        self.off_ms = off_ms
        self.is_silent = is_silent
        self.after_ms = after_ms
        self.more = more
        self.asked = 0


class Network:
    def __init__(self, clock, servers):
        self.clock = clock
        self.servers = servers
        self.open = 0
        self.is_there = True

    def is_up(self):
        return self.is_there

    def udp(self, host):
        if host not in self.servers:
            raise OSError("DNS gives no address")
        self.open += 1
        self.server = self.servers[host]
        self.due = None
        return self

    def send(self, data):
        self.server.asked += 1
        self.nonce = data[40:]
        self.due = self.clock.now + self.server.after_ms

    def receive(self):
        server = self.server
        if server.is_silent or self.clock.now < self.due:
            return None
        return packet(NOW + self.clock.now - server.after_ms // 2 + server.off_ms, self.nonce, **server.more)

    def close(self):
        self.open -= 1


class World:
    def __init__(self, hosts, utc_ms=None, **servers):
        self.clock = Clock(utc_ms)
        self.lines = []
        self.steps = []
        self.network = Network(self.clock, servers)
        self.keeper = Timekeeper(self.network, self.clock, self.lines.append, hosts, lambda n: 0, self.steps.append)

    def run(self, seconds):
        async def wait():
            await self.clock.sleep_ms(1000 * seconds)

        run(self.clock, wait(), self.keeper.run(lambda: None), limit_ms=10**9)
        assert not self.network.open
        return self

    def error(self):
        return self.clock.ahead - NOW


def test_one_answer_sets_a_clock_that_is_not_set_and_is_asked_again_after_6_h():
    world = World(["a"], a=Server()).run(10)
    assert abs(world.error()) <= 60 and world.lines == ["time: set by a"] and not world.steps
    world.run(6 * 3600 - 30)
    assert world.network.servers["a"].asked == 1
    world.run(60)
    assert world.network.servers["a"].asked == 2 and world.clock.sets == 2
    assert world.keeper.counters() == {"answers": 2, "refused": 0, "why": None}


def test_a_server_that_is_silent_unknown_or_unwilling_is_followed_by_the_next():
    world = World(["none", "dead", "kod", "good"], dead=Server(is_silent=True), kod=Server(stratum=0), good=Server())
    world.run(300)
    assert world.clock.sets == 1 and abs(world.error()) <= 60
    assert len(world.lines) == 4 and world.lines[1] == "time: dead: no answer"


def test_failures_are_asked_again_later_and_later():
    world = World(["a"], a=Server(is_silent=True)).run(24 * 3600)
    assert 90 <= world.network.servers["a"].asked <= 130
    assert len(world.lines) == 1


def test_nothing_is_asked_without_a_network():
    world = World(["a"], a=Server())
    world.network.is_there = False
    world.run(600)
    assert not world.network.servers["a"].asked


def test_a_small_change_is_made_at_once_and_a_step_told():
    for off, steps in ((300, 0), (-300, 0), (900, 1), (-59000, 1)):
        world = World(["a"], NOW, a=Server(off)).run(10)
        assert abs(world.error() - off) <= 60 and len(world.steps) == steps, off


def test_a_server_that_is_an_hour_off_alone_moves_nothing():
    world = World(["liar", "good"], NOW, liar=Server(3600000), good=Server()).run(24 * 3600)
    assert abs(world.error()) <= 100 and not world.steps
    assert "another answer must agree" in world.lines[0]


def test_two_that_agree_do():
    world = World(["a", "b"], NOW, a=Server(3600000), b=Server(3601000)).run(60)
    assert abs(world.error() - 3601000) <= 100
    assert len(world.steps) == 1 and "told by b" in world.steps[0]


def test_a_time_that_cannot_be_is_nobody_s():
    for off in (-NOW, 4102444800000 - NOW + 10):
        world = World(["a"], a=Server(off)).run(60)
        assert world.clock.ahead is None and "cannot be" in world.lines[0]


def test_an_answer_whose_times_do_not_fit_is_refused():
    world = World(["a"], a=Server(came=NOW - 10000)).run(30)
    assert world.clock.ahead is None and "do not fit" in world.lines[0]
