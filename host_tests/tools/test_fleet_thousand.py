"""A thousand devices while everything fails: nothing is lost, and nothing is there twice."""

from fleetruns import require_postgresql, run, sound
from needs import require_program

THOUSAND = ("--devices", "1000", "--rate", "200", "--ramp", "10", "--store", "postgresql", "--drain", "300")
TIMEOUT_S = 500


def test_through_three_nodes_of_nats_of_which_one_is_killed():
    require_program("nats-server")
    require_postgresql()
    faults = (
        "--fault",
        "node@13+4",
        "--fault",
        "collector@19",
        "--fault",
        "database@23+1",
        "--fault",
        "network=1/3@26+6",
    )
    result = run(*THOUSAND, "--seconds", "34", "--broker", "nats", *faults, timeout_s=TIMEOUT_S)
    sound(result)
    assert result["devices"] == 1000
    assert result["collector_starts"] == 2
    # A third of those that are there by then with the node, a third with the network.
    assert result["reconnects"] >= 450
    assert result["replayed"] > 0


def test_through_mosquitto_with_two_collectors_of_which_one_is_killed():
    require_program("mosquitto")
    require_postgresql()
    faults = ("--fault", "collector@10+3", "--fault", "database@15+1", "--fault", "network=1/3@17+6")
    options = ("--seconds", "24", "--broker", "mosquitto", "--collectors", "2")
    result = run(*THOUSAND, *options, *faults, timeout_s=TIMEOUT_S)
    sound(result)
    assert result["collectors"] == 2
    assert result["collector_starts"] == 3
    assert result["reconnects"] >= 300
