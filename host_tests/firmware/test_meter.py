"""One meter's task over a simulated bus: readings, verdicts, and every kind of bad luck."""

from meterworld import IDENTITY, Storage, World
from simtime import run

from uplink.poller import Poller


def test_a_reading_has_everything_with_its_unit():
    world = World(utc_ms=1700000000000)
    world.run_s(700)
    topic, body = world.messages("reading")[-1]
    assert topic == b"base/v1/gw/" + IDENTITY.encode() + b"/reading"
    assert body["boot"] == 3
    assert body["seq"] == world.meter.polls
    assert body["time_quality"] == "synced"
    assert body["power_w"] == 3000
    assert body["voltage_v"] == 230
    assert body["energy_export_kwh"] == 1
    assert abs(body["energy_import_kwh"] - world.energy_mw_ms() / 3.6e12) < 0.05
    assert abs(body["energy_fused_kwh"] - world.energy_mw_ms() / 3.6e12) < 0.05
    # The pulse times are those of the looks, 10 s apart: one pulse of 42.
    assert abs(body["power_light_w"] - 3000) <= 75
    assert body["verdict"] == "agree"
    assert body["flags"] == []
    assert "frequency_hz" not in body


def test_before_the_clock_is_known_readings_carry_the_uptime():
    world = World()
    world.run_s(15)
    _, body = world.messages("reading")[0]
    assert body["ts"] is None
    assert body["time_quality"] == "uptime"
    assert body["uptime_s"] > 1


def test_numbers_are_exact_text():
    world = World()
    world.run_s(5)
    text = world.reading_text()
    assert '"energy_import_kwh":5.00' in text
    assert '"voltage_v":230.00' in text


def test_lost_pulses_become_one_event_with_its_windows():
    world = World()
    world.run_s(3600)
    world.messages("")
    world.source.lost = 60
    world.run_s(3600)
    events = [body for _, body in world.messages("event")]
    assert {e["kind"] for e in events} == {"pulses_missing"}
    assert {e["event"] for e in events} == {1}
    last = events[-1]
    assert last["open"] is False
    assert last["pulses_low"] <= 60 <= last["pulses_high"]
    assert last["pulse_wh"] == 0.2
    assert len(last["windows"]) == 2
    assert world.meter.verdict == "agree"


def test_a_silent_meter_is_no_meter_and_comes_back():
    world = World()
    world.run_s(100)
    world.messages("")
    world.line.faults = [lambda reply: b""] * 60
    world.run_s(60)
    assert world.meter.verdict == "no_meter"
    assert [body["state"] for _, body in world.messages("availability")] == ["offline"]
    world.line.faults = []
    world.run_s(600)
    assert [body["state"] for _, body in world.messages("availability")] == ["online"]
    assert world.meter.verdict == "agree"
    told = [line for line in world.lines if "no reply" in line]
    assert len(told) == 1 and "check wiring" in told[0]


def test_a_meter_that_never_answered_is_told_on_the_gateways_topic():
    world = World()
    world.line.faults = [lambda reply: b""] * 60
    world.run_s(10)
    topic, body = world.messages("event")[0]
    assert topic == b"base/v1/gw/event"
    assert body["kind"] == "no_meter" and body["meter"] is None


def test_damaged_telegrams_cost_nothing():
    world = World()
    hurt = lambda reply: reply[:10] + b"\xff" + reply[11:]  # noqa: E731
    world.line.faults = [None, None] + [hurt, None] * 50
    world.run_s(600)
    assert world.meter.failures == 0
    assert world.meter.verdict == "agree"


def test_another_meter_at_the_address_is_told_and_checked_anew():
    world = World()
    world.run_s(600)
    world.messages("")
    world.slave.secondary = bytes.fromhex("7904251632ad0102")
    world._base += 777 * 36000000000
    world.run_s(20)
    events = world.messages("event")
    assert [body["kind"] for _, body in events] == ["meter_exchanged"]
    world.run_s(600)
    assert world.meter.verdict == "agree"
    assert world.messages("event") == []


def test_a_register_that_falls_is_told_and_no_pulses_are_blamed():
    world = World()
    world.run_s(600)
    world.messages("")
    world._base -= 100 * 36000000000
    world.source.lost -= 100 * 50
    world.run_s(600)
    assert [body["kind"] for _, body in world.messages("event")] == ["register_fell"]
    assert world.meter.verdict == "agree"


def test_declared_one_way_energy_that_is_not_is_told():
    world = World()
    world.run_s(100)
    world.export += 1
    world.run_s(700)
    kinds = [body["kind"] for _, body in world.messages("event")]
    assert kinds == ["other_direction_moved"]
    assert world.meter.check.direction == "both"


def test_values_out_of_range_are_flagged():
    world = World()
    world.voltage = 28000
    world.run_s(5)
    assert world.messages("reading")[0][1]["flags"] == ["voltage_out_of_range"]


def test_a_light_that_may_have_lost_pulses_says_so():
    world = World()
    world.source.lossy = True
    world.run_s(5)
    assert "light_may_have_lost" in world.messages("reading")[0][1]["flags"]


def test_a_meter_without_a_light_is_read_without_a_check():
    world = World(light=False)
    world.run_s(100)
    _, body = world.messages("reading")[0]
    assert "verdict" not in body and "pulses" not in body
    assert abs(body["energy_import_kwh"] - 5.0) < 0.05


def test_a_missing_register_is_flagged_and_the_rest_published():
    world = World(profile="finder-7e23")
    world.run_s(5)
    _, body = world.messages("reading")[0]
    assert "register_missing" in body["flags"]
    assert "energy_import_kwh" not in body
    told = [line for line in world.lines if "profile finder-7e23" in line]
    assert len(told) == 1 and "check that the profile fits" in told[0]


def test_asking_for_polls_does_not_put_off_the_others():
    world = World(poll_s=60)
    clock = world.clock
    times = []
    poll = world.meter.poll

    async def noted():
        times.append(clock.ms())
        await poll()

    world.meter.poll = noted

    async def ask():
        for _ in range(10):
            await clock.sleep_ms(2000)
            world.meter.poll_now()
        await clock.sleep_ms(600000)

    run(clock, ask(), Poller([world.meter], clock).run(lambda: None))
    assert len(times) == 10 + 11
    # A quarter of a minute is the spread of regular polls.
    assert max(b - a for a, b in zip(times, times[1:])) <= 75500


def test_a_record_that_cannot_be_placed_costs_only_what_is_behind_it():
    world = World()
    whole = world.body
    # A reserved kind of variable data: nobody knows how long it is.
    world.slave._body = lambda: whole() + b"\x0d\x78\xf7\x01\x00"
    world.run_s(5)
    _, body = world.messages("reading")[0]
    assert body["flags"] == ["telegram_cut_short"]
    assert body["energy_import_kwh"] == 5.0


def test_after_an_exchange_the_old_meter_is_offline_and_the_new_one_online():
    world = World()
    world.run_s(600)
    world.messages("")
    world.slave.secondary = bytes.fromhex("7904251632ad0102")
    world.run_s(20)
    retained = []
    while world.outbox.head() is not None:
        message = world.outbox.head()
        if message.retained:
            retained.append((message.topic.split(b"/")[-2][:8], message.topic.split(b"/")[-1], message.payload()))
        world.outbox.done(message)
    assert sorted(r for r in retained if r[1] == b"availability") == [
        (b"16250478", b"availability", b'{"state":"offline"}'),
        (b"16250479", b"availability", b'{"state":"online"}'),
    ]
    assert [r[0] for r in retained if r[1] == b"check"] == [b"16250479"]


def test_events_are_never_numbered_twice():
    world = World()
    world.run_s(3600)
    world.messages("")
    world.source.lost = 100
    world.run_s(600)
    world._base -= 100 * 36000000000
    world.source.lost -= 100 * 50
    world.run_s(3600)
    world.source.lost += 100
    world.run_s(3600)
    events = [body for _, body in world.messages("event")]
    # One that is over and comes again has another number; so has every plain fact.
    first = min(e["event"] for e in events if "open" in e)
    assert not [e["open"] for e in events if e["event"] == first][-1]
    assert len({(e["event"], e["uptime_s"]) for e in events}) == len({e["event"] for e in events}) > 2
    assert {e["boot"] for e in events} == {3}


def test_a_known_meter_that_never_answers_is_offline_on_its_own_topic():
    world = World(secondary=IDENTITY)
    world.line.faults = [lambda reply: b""] * 60
    world.run_s(10)
    assert [(t.split(b"/")[-2].decode(), b["state"]) for t, b in world.messages("availability")] == [
        (IDENTITY, "offline")
    ]


def test_polls_keep_their_beat():
    world = World()
    world.run_s(1000)
    assert 99 <= world.meter.polls <= 101


def test_what_flowed_while_the_board_was_away_is_told_and_the_tally_goes_on():
    storage = Storage()
    world = World(storage=storage)
    world.run_s(3600)
    world.source.lost = 60
    world.run_s(3600)
    lost = world.messages("check")[-1][1]["pulses_lost"]
    assert lost[0] <= 60 <= lost[1]
    later = World(storage=storage)
    later._base = world.energy_mw_ms() + 500 * 3600000000
    later.run_s(20)
    (event,) = [body for _, body in later.messages("event")]
    assert event["kind"] == "away"
    least, most = event["text"].split(" ")[0].split("...")
    # 0.5 kWh, and what had flowed since it was kept last: 10 minutes of 3 kW at the most.
    assert float(least) <= 1.02 and 0.5 <= float(most) <= 1.05
    assert later.meter.check.memory.lost == lost


def test_another_meter_after_a_restart_is_told():
    storage = Storage()
    World(storage=storage).run_s(100)
    later = World(storage=storage)
    later.slave.secondary = bytes.fromhex("7904251632ad0102")
    later.run_s(20)
    assert [body["kind"] for _, body in later.messages("event")] == ["meter_exchanged"]


def test_a_flash_that_fails_is_told_and_the_metering_goes_on():
    storage = Storage()
    storage.broken = True
    world = World(storage=storage)
    world.run_s(100)
    assert len(world.messages("reading")) >= 8
    assert any("cannot be read" in line for line in world.lines)
    assert any("cannot be written" in line for line in world.lines)


def test_an_old_answer_is_flagged_and_no_fall():
    world = World()
    world.run_s(300)
    world.messages("")
    world.register = world.energy_mw_ms() // 36000000000 - 3
    world.run_s(10)
    world.register = None
    world.run_s(100)
    assert [body for _, body in world.messages("event")] == []
    assert world.meter.verdict == "agree"
