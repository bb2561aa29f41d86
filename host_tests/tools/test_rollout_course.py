"""The course of a rollout in simulated time: who is told when, who is silent, and when it stops."""

from fractions import Fraction

import pytest

from lumbus.rollout.course import DONE, ROLLING, SOAKING, STOPPED, STOPPING, Course, Rules
from lumbus.rollout.member import Member
from lumbus.rollout.outlook import Outlook

RELEASE = "0123456789abcdef"


class World:
    """A course whose clock the test moves; `told` and `off`: names as they were told."""

    def __init__(self, sizes: list[int], **rules):
        names = iter(range(1000))
        members = [Member(f"g{next(names)}", wave) for wave, size in enumerate(sizes) for _ in range(size)]
        self.told: list[str] = []
        self.off: list[str] = []
        self.now = 0.0
        usual = {"at_once": 100, "patience_s": 100, "soak_s": 10}
        self.course = Course(
            RELEASE, 3000, members, Rules(**{**usual, **rules}), self._tell, self.off.append, lambda _: None
        )
        self.course.begin(0, 0)
        self.pass_s(0)

    def _tell(self, name: str) -> int:
        self.told.append(name)
        return len(self.told)

    def pass_s(self, seconds: float) -> None:
        self.now += seconds
        self.course.tick(self.now)

    def say(self, name: str, leaf: str, body: dict, is_kept: bool = False) -> None:
        self.course.take(name, leaf, body, is_kept, self.now)

    def update(self, name: str, state: str, is_kept: bool = False, **more) -> None:
        self.say(name, "update", {"state": state, "release": RELEASE, **more}, is_kept)

    def answer(self, name: str, is_ok: bool = True, text: str = "") -> None:
        number = self.course.members[name].number
        self.say(name, "reply/update", {"verb": "update", "id": number, "ok": is_ok, "text": text})

    def state(self, name: str) -> str:
        return self.course.members[name].state


def test_waves_one_behind_the_other_with_a_soak_between():
    world = World([1, 2])
    assert world.told == ["g0"] and world.course.phase == ROLLING
    world.update("g0", "healthy")
    world.pass_s(0)
    assert world.course.phase == SOAKING
    world.pass_s(9)
    assert world.told == ["g0"]
    world.pass_s(1)
    world.pass_s(0)
    assert world.told == ["g0", "g1", "g2"]
    for name in ("g1", "g2"):
        world.update(name, "healthy")
    world.pass_s(0)
    assert world.course.phase == DONE


def test_no_more_fetch_at_once_than_may():
    world = World([5], at_once=2)
    assert world.told == ["g0", "g1"]
    world.answer("g0")
    world.update("g0", "checking")
    world.pass_s(1)
    assert world.told == ["g0", "g1"]
    world.update("g0", "trial")
    world.pass_s(1)
    assert world.told == ["g0", "g1", "g2"]
    # Those that say nothing any more do not keep the others from it.
    world.pass_s(61)
    assert world.told[3:] == ["g1", "g2", "g3", "g4"]


def test_who_has_not_answered_is_told_again_with_growing_pauses_and_who_has_never():
    world = World([2])
    world.answer("g0")
    world.update("g0", "trial")
    moments = []
    for _ in range(100):
        before = len(world.told)
        world.pass_s(1)
        if len(world.told) > before:
            moments.append(world.now)
    assert moments == [20, 60] and set(world.told[2:]) == {"g1"}
    assert world.state("g1") == "silent" and world.course.members["g1"].text == "was told and did not answer"


def test_who_rests_while_fetching_is_told_again():
    world = World([1], patience_s=1000)
    world.answer("g0")
    world.say("g0", "want", {"release": RELEASE, "at": 0, "size": 1024})
    world.pass_s(59)
    assert world.told == ["g0"]
    world.pass_s(1)
    world.pass_s(1)
    assert world.told == ["g0", "g0"]
    world.answer("g0", True, "it goes on already")
    world.pass_s(59)
    assert world.told == ["g0", "g0"] and world.state("g0") == "fetching"


def test_who_is_offline_is_told_when_it_comes_back():
    world = World([2], stop_at=Fraction(100))
    world.update("g0", "healthy")
    world.say("g1", "status", {"state": "offline"})
    world.pass_s(5)
    assert world.told == ["g0", "g1"]
    world.say("g1", "status", {"state": "online"})
    world.pass_s(0)
    assert world.told == ["g0", "g1", "g1"]
    world.answer("g1")
    world.say("g1", "status", {"state": "offline"})
    world.say("g1", "status", {"state": "online"})
    world.pass_s(50)
    # It answered: it goes on by itself.
    assert world.told == ["g0", "g1", "g1"]


def test_silence_is_counted_from_the_last_word():
    world = World([1, 1], stop_at=Fraction(100))
    world.answer("g0")
    world.pass_s(99)
    world.say("g0", "want", {"release": RELEASE, "at": 1024, "size": 1024})
    assert (world.course.members["g0"].done, world.course.members["g0"].total) == (1024, 3000)
    world.pass_s(99)
    assert world.state("g0") == "fetching"
    world.pass_s(1)
    assert world.state("g0") == "silent" and world.course.members["g0"].text == "went silent while fetching"
    # Late news are news all the same.
    world.update("g0", "healthy")
    assert world.state("g0") == "healthy"


def test_it_stops_with_more_than_the_share_and_not_before():
    world = World([20, 5], stop_at=Fraction(5))
    for number in range(17):
        world.update(f"g{number}", "healthy")
    world.update("g17", "rolled_back", text="no meter was read")
    world.pass_s(0)
    assert world.course.phase == ROLLING
    world.update("g18", "trial")
    world.answer("g19", False, "no key")
    world.pass_s(0)
    assert world.course.phase == STOPPING
    assert world.course.why == "2 of the 20 in wave 1 did not become healthy, more than 5%"
    # What is on trial is waited for.
    world.pass_s(50)
    assert world.course.phase == STOPPING and world.off == []
    world.update("g18", "healthy")
    world.pass_s(0)
    assert world.course.phase == STOPPED and len(world.told) == 20


def test_those_that_fetch_are_called_off_when_it_stops():
    world = World([3])
    world.update("g0", "refused", text="the flash is full")
    world.answer("g1")
    world.pass_s(0)
    assert world.course.phase == STOPPING and world.off == ["g1", "g2"]
    world.update("g1", "off")
    world.pass_s(1)
    assert world.state("g1") == "waiting" and world.course.phase == STOPPING
    # Who does not hear of it is not waited for.
    world.pass_s(30)
    assert world.course.phase == STOPPED


def test_one_of_few_is_more_than_the_share_and_none_is_allowed_at_0():
    for size, share, bad, stops in (
        (1, 5, 1, True),
        (19, 5, 1, True),
        (20, 5, 1, False),
        (20, 0, 1, True),
        (3, 100, 3, False),
    ):
        world = World([size], stop_at=Fraction(share))
        for number in range(bad):
            world.update(f"g{number}", "failed")
        world.pass_s(0)
        assert (world.course.phase == STOPPING) is stops, (size, share)


@pytest.mark.parametrize("state", ["offline", "safe"])
def test_who_went_while_soaking_counts(state):
    world = World([1, 1])
    world.update("g0", "healthy")
    world.pass_s(0)
    world.say("g0", "status", {"state": state})
    world.pass_s(10)
    assert world.state("g0") == "silent" and world.course.phase == STOPPING


def test_what_the_broker_kept_of_an_earlier_time_is_no_news():
    world = World([1])
    world.update("g0", "rolled_back", is_kept=True)
    assert world.state("g0") == "told"
    world.answer("g0")
    world.update("g0", "rolled_back", is_kept=True)
    assert world.state("g0") == "rolled_back"


def test_other_releases_and_other_gateways_are_nobody_s():
    world = World([1])
    world.say("g0", "update", {"state": "healthy", "release": "f" * 16})
    world.say("g0", "want", {"release": "f" * 16, "at": 0, "size": 1})
    world.say("stranger", "update", {"state": "healthy", "release": RELEASE})
    for body in ({}, {"state": 7}, {"state": "wonderful"}):
        world.say("g0", "update", {"release": RELEASE, **body})
    world.say("g0", "reply/update", {"id": 99, "ok": True})
    assert world.state("g0") == "told"


def test_who_tries_another_release_is_told_again_when_that_is_over():
    world = World([1])
    world.say("g0", "update", {"state": "trial", "release": "f" * 16}, is_kept=True)
    world.answer("g0", False, "an update is on trial")
    assert world.state("g0") == "told"
    world.pass_s(20)
    assert world.told == ["g0", "g0"]
    world.say("g0", "update", {"state": "healthy", "release": "f" * 16})
    world.answer("g0", False, "there is no key")
    assert world.state("g0") == "refused"


def test_an_old_firmware_says_that_it_knows_no_update():
    world = World([1])
    number = world.course.members["g0"].number
    world.say("g0", "reply/error", {"verb": "update", "id": number, "ok": False, "text": "unknown; known are aim"})
    assert (world.state("g0"), world.course.members["g0"].text) == ("refused", "unknown; known are aim")


def test_how_long_it_takes_is_learnt():
    world = World([1, 10, 10], at_once=2)
    outlook = Outlook()
    assert outlook.of_all_s(world.course, 0) is None
    world.answer("g0")
    world.pass_s(20)
    world.update("g0", "trial")
    outlook.learn(world.course.members["g0"])
    world.pass_s(30)
    world.update("g0", "healthy")
    outlook.learn(world.course.members["g0"])
    world.pass_s(0)
    # Two waves of 5 rounds of 20 s and a trial of 30 s, with what is left of two soaks.
    assert outlook.of_all_s(world.course, world.now) == 2 * (5 * 20 + 30) + 10 + 10
