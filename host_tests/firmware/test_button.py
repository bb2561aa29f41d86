"""A button that is held: what it asks for, when, and what it takes no notice of."""

from uplink.button import SETUP_MS, Button


class Hand:
    """Presses a Button, which is looked at every `step` ms; `asked` is all that came of it."""

    def __init__(self, pressed=False, step=50):
        self.button = Button()
        self.now = 123456
        self.step = step
        self.asked = []
        # Whatever it was before: the first looks are at this.
        self.hold(pressed, 200)

    def hold(self, pressed, ms):
        for _ in range(ms // self.step):
            self.now += self.step
            asked = self.button.feed(pressed, self.now)
            if asked is not None:
                self.asked.append((asked, self.now))
        return [what for what, _ in self.asked]


def test_let_go_after_three_seconds_is_set_up():
    for held, asked in ((100, []), (2900, []), (3200, ["setup"]), (9800, ["setup"])):
        hand = Hand()
        assert hand.hold(True, held) == []
        assert hand.hold(False, 500) == asked
        assert hand.hold(False, 20000) == asked


def test_let_go_after_ten_seconds_is_a_reset():
    for held in (10200, 15000, 19800):
        hand = Hand()
        assert hand.hold(True, held) == []
        assert hand.hold(False, 500) == ["reset"]
        assert hand.hold(False, 20000) == ["reset"]


def test_held_for_longer_it_is_stuck_and_asks_for_nothing():
    hand = Hand()
    assert hand.hold(True, 21000) == [] and hand.button.held_ms == -1
    assert hand.hold(True, 600000) == [] and hand.hold(False, 500) == []
    # Afterwards it is an ordinary button.
    hand.hold(True, 4000)
    assert hand.hold(False, 500) == ["setup"]


def test_pressed_at_the_start_it_does_not_count_until_it_was_let_go():
    hand = Hand(pressed=True)
    assert hand.button.held_ms == -1
    assert hand.hold(True, 12000) == [] and hand.button.held_ms == -1
    assert hand.hold(False, 500) == [] and hand.button.held_ms == 0
    hand.hold(True, 12000)
    assert hand.hold(False, 500) == ["reset"]


def test_a_clock_that_is_far_when_it_is_looked_at_first_is_no_time_held():
    button = Button()
    assert button.feed(True, 10**9) is None and button.held_ms == -1


def test_a_contact_that_bounces_is_neither_pressed_nor_let_go():
    hand = Hand()
    for _ in range(400):
        hand.hold(True, 50)
        hand.hold(False, 50)
    assert hand.asked == [] and hand.button.held_ms == 0
    # While it is held a bounce costs its own time, and ends nothing.
    hand.hold(True, 2000)
    hand.hold(False, 50)
    hand.hold(True, 2000)
    assert hand.asked == []
    assert hand.hold(False, 500) == ["setup"]


def test_how_long_it_is_held_is_told():
    hand = Hand()
    hand.hold(True, 1000)
    assert 800 <= hand.button.held_ms <= 1000
    hand.hold(True, 2500)
    assert hand.button.held_ms >= SETUP_MS
    hand.hold(False, 100)
    assert hand.button.held_ms == 0


def test_time_in_which_nobody_looked_does_not_count():
    hand = Hand()
    hand.hold(True, 500)
    # Twenty seconds away in C; it may have been let go meanwhile.
    hand.now += 20000
    assert hand.hold(True, 1000) == [] and hand.button.held_ms < SETUP_MS
    assert hand.hold(False, 500) == []


def test_looks_that_come_late_hold_as_long():
    for step in (50, 70, 100):
        for held, asked in ((2800, []), (3400, ["setup"]), (9700, ["setup"]), (10400, ["reset"])):
            hand = Hand(step=step)
            hand.hold(True, held)
            assert hand.hold(False, 500) == asked
