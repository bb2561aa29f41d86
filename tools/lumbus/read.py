"""`lumbus read`: one meter's telegram over the bus, shown as `lumbus decode` shows it."""

import json

from .bus import Bus, called, listen
from .decode import decode, show
from .trouble import BAD, OK, complain, guarded

_MORE_FOLLOW = "1f"


def run(options) -> int:
    return guarded("read", lambda: _read(options))


def _read(options) -> int:
    who = called(options.address, options.secondary)
    with Bus(options.port, options.baud) as bus:
        heard = bus.run(listen(bus.master, options.address, options.secondary, options.all), who)
    result = joined([decode(one.frame.raw) for one in heard])
    if options.json:
        print(json.dumps(result), flush=True)
    else:
        show({**result, "file": who})
    if result["more_records_follow"]:
        after = f"the meter never came to an end of them in {len(heard)} telegrams" if options.all else "add --all"
        complain("read", f"more records follow in the next telegram: {after}")
    return OK if result["error"] is None else BAD


def joined(results: list[dict]) -> dict:
    """One result of several telegrams': the header of the first, the records of all, the first error."""
    if len(results) == 1:
        return results[0]
    whole = dict(results[0])
    # What only says that more follow is of no interest once they are there.
    whole["records"] = [
        r for one in results for r in one["records"] if one is results[-1] or r["dib"] != _MORE_FOLLOW or r["data"]
    ]
    whole["error"] = next((one["error"] for one in results if one["error"]), None)
    whole["more_records_follow"] = results[-1]["more_records_follow"]
    return whole
