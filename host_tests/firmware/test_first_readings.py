"""A start in the middle of everything: what flowed before anybody counted is not forgotten."""

from meterworld import World


def test_a_register_that_is_older_than_the_counting_bounds_the_total_by_the_meter_s_largest_power():
    pulse_mw_ms = 720000000
    for phase in range(0, 50, 3):
        world = World(watts=13000, max_power_w=13250, poll_s=2)
        world._base += phase * pulse_mw_ms
        world.source.lost = world.energy_mw_ms() // pulse_mw_ms
        # Brought up to date 0.9 s before the light was counted first.
        world.register = (world.energy_mw_ms() - 900 * 13000000) // 36000000000
        world.run_s(1)
        body = world.messages("reading")[0][1]
        world.clock.now = round(1000 * body["uptime_s"])
        truth_wh = world.energy_mw_ms() / 3.6e9
        assert abs(1000 * body["energy_fused_kwh"] - truth_wh) <= body["fused_bound_wh"], phase
