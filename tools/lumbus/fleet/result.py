"""The one JSON object of a run, and what of it is a failure."""

from .reckoning import Reckoning, at_share


def result(plan, reckoned: Reckoning, counters: dict, faults: list[dict]) -> dict:
    """What was asked for, what came of it, and how it went at the devices (counters: the last they told)."""
    live, every = reckoned.live_s, reckoned.all_s
    return {
        "devices": plan.devices,
        "accepted": reckoned.accepted,
        "stored": reckoned.stored,
        "lost": reckoned.lost,
        "lost_first": reckoned.lost_first,
        "duplicate_rows": int(reckoned.duplicate_rows),
        "rate_per_s": reckoned.rate_per_s,
        "p50_delay_s": at_share(every, 0.5),
        "p99_delay_s": at_share(every, 0.99),
        "p50_live_delay_s": at_share(live, 0.5),
        "p99_live_delay_s": at_share(live, 0.99),
        "replayed": reckoned.replayed,
        "dropped": counters["dropped"],
        "given_up": counters["given_up"],
        "acknowledged": counters["acknowledged"],
        "still_waiting": counters["waiting"],
        "reconnects": counters["sessions"] - counters["on"],
        "connection_failures": counters["failures"],
        "loop_late_ms": counters["loop_late_ms"],
        "events": reckoned.events,
        "events_lost": reckoned.events_lost,
        "poisoned": reckoned.poisoned,
        "faults": faults,
        "seconds": plan.seconds,
        "rate": plan.rate,
    }


def wrong(result: dict) -> list[str]:
    """A line for each thing that must not be."""
    lines = []
    if result["lost"]:
        first = ", ".join(result["lost_first"])
        lines.append(
            f"{result['lost']} accepted readings are not in the database, the first (gateway/boot/seq): {first}"
        )
    if result["duplicate_rows"]:
        lines.append(f"{result['duplicate_rows']} rows say what another one says")
    if result["events_lost"]:
        lines.append(f"{result['events_lost']} of {result['events']} events are not in the database")
    if result["poisoned"]:
        lines.append(f"{result['poisoned']} messages were refused: see the table poisoned")
    if not result["accepted"]:
        lines.append("nothing was accepted")
    return lines + [
        f"{told['fault']} did not happen: {told['missed']}" for told in result["faults"] if "missed" in told
    ]
