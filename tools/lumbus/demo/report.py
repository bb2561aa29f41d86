"""The demo's last word: one JSON object, or the same in sentences."""

from ..runtime import HEAP_WITH_PAGE


def report(stage, seconds: float) -> dict:
    """What the run gave.

    readings: those that were accepted, as the ledger says; published: those of which the firmware knew that
    the broker has them (of a start that was killed: by its last status).
    """
    consumer = stage.consumer
    status = consumer.status
    accepted = stage.accepted()
    published = {boot: each.get("acknowledged", 0) for boot, each in consumer.statuses.items()}
    word = stage.last_word()
    if word and published:
        published[max(published)] = word["acknowledged"]
    last = consumer.readings[-1] if consumer.readings else {}
    return {
        "runtime": stage.options.runtime,
        "seconds": round(seconds, 1),
        "boots": len({boot for boot, _ in accepted}),
        "readings": len(accepted | consumer.seen),
        "published": sum(published.values()),
        "received": len(consumer.seen),
        "replayed": sum(1 for reading in consumer.readings if reading.get("replayed")),
        "lost": len(accepted - consumer.seen),
        "duplicates": consumer.duplicates,
        "out_of_order": consumer.out_of_order,
        "verdict": consumer.verdict or "no_meter",
        "events": [_event(stage, event) for event in consumer.events.values() if event["kind"] != "no_meter"],
        "register_kwh": _number(last.get("energy_import_kwh")),
        "fused_kwh": _number(last.get("energy_fused_kwh")),
        "fused_error_wh": _rounded(stage.fused_error_wh(last)) if last else None,
        "fused_bound_wh": _number(last.get("fused_bound_wh")),
        "pulses": last.get("pulses"),
        "heap_free_min": status.get("heap_free_min"),
        "page": stage.page,
    }


def _event(stage, event: dict) -> dict:
    return {
        "kind": event["kind"],
        "at_s": round(stage.into_run(event["uptime_s"]), 1),
        "pulses_low": event.get("pulses_low"),
        "pulses_high": event.get("pulses_high"),
    }


def _number(value):
    return None if value is None else float(value)


def _rounded(value):
    return None if value is None else round(value, 3)


def in_words(result: dict) -> str:
    """A line or two for people."""
    lines = [
        f"{result['readings']} readings, {result['received']} back from the broker, "
        f"{result['lost']} lost, {result['duplicates']} twice; verdict {result['verdict']}"
    ]
    if result["replayed"]:
        lines.append(f"{result['replayed']} of them came from the journal, after the broker was back")
    if result["boots"] > 1:
        lines.append(f"the firmware was killed and started again: {result['boots']} starts")
    if result["fused_error_wh"] is not None:
        lines.append(
            f"fused total is {result['fused_error_wh']:.3f} Wh from the truth, "
            f"promised within {result['fused_bound_wh']:.3f} Wh; the register's step is 10 Wh"
        )
    for event in result["events"]:
        count = "" if event["pulses_low"] is None else f", {event['pulses_low']} to {event['pulses_high']} pulses"
        lines.append(f"event {event['kind']} at {event['at_s']} s{count}")
    if result["heap_free_min"]:
        lines.append(f"least free heap {result['heap_free_min'] / 1024:.0f} KiB of the {HEAP_WITH_PAGE[:-1]} KiB given")
    return "\n".join(lines)
