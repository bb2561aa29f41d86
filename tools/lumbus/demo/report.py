"""The demo's last word: one JSON object, or the same in sentences."""


def report(stage, seconds: float) -> dict:
    """What the run gave; the firmware's counts are those of its last line on the console.

    Where it said none (it crashed), all that is known is the highest number of a reading.
    """
    consumer = stage.consumer
    status = consumer.status
    received = len(consumer.readings)
    word = stage.last_word()
    highest = max((reading["seq"] for reading in consumer.readings), default=0)
    accepted = word.get("accepted", max(status.get("accepted", 0), highest))
    last = consumer.readings[-1] if consumer.readings else {}
    return {
        "runtime": stage.options.runtime,
        "seconds": round(seconds, 1),
        "readings": accepted,
        "published": word.get("acknowledged", status.get("acknowledged", 0)),
        "received": received,
        "lost": accepted - received,
        "duplicates": consumer.duplicates,
        "verdict": consumer.verdict or "no_meter",
        "events": [_event(stage, event) for event in consumer.events.values() if event["kind"] != "no_meter"],
        "register_kwh": _number(last.get("energy_import_kwh")),
        "fused_kwh": _number(last.get("energy_fused_kwh")),
        "fused_error_wh": _rounded(stage.fused_error_wh(last)) if last else None,
        "fused_bound_wh": _number(last.get("fused_bound_wh")),
        "pulses": last.get("pulses"),
        "heap_free_min": status.get("heap_free_min"),
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
    if result["fused_error_wh"] is not None:
        lines.append(
            f"fused total is {result['fused_error_wh']:.3f} Wh from the truth, "
            f"promised within {result['fused_bound_wh']:.3f} Wh; the register's step is 10 Wh"
        )
    for event in result["events"]:
        count = "" if event["pulses_low"] is None else f", {event['pulses_low']} to {event['pulses_high']} pulses"
        lines.append(f"event {event['kind']} at {event['at_s']} s{count}")
    if result["heap_free_min"]:
        lines.append(f"least free heap {result['heap_free_min'] / 1024:.0f} KiB of the 220 KiB given")
    return "\n".join(lines)
