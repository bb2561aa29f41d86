"""`python -m lumbus.flash`: cut the power at every step of the journal's life, and see what is left."""

import argparse
import json
import sys

from rich.console import Console
from rich.progress import track

from .trial import cuts, wear


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lumbus.flash", description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, metavar="N", help="so many lives (4)")
    parser.add_argument("--actions", type=int, default=60, metavar="N", help="things that happen in each (60)")
    parser.add_argument("--tears", type=int, nargs="+", default=[0, 128, 255], metavar="N", help="of 256 parts done")
    parser.add_argument("--readings", type=int, default=3000, metavar="N", help="to count the wear (3000)")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    options = parser.parse_args()
    console = Console(stderr=True, quiet=options.json)
    lives = [
        cuts(seed, options.actions, tuple(options.tears))
        for seed in track(range(1, options.seeds + 1), "cutting the power", console=console)
    ]
    wrong = [life["wrong"] for life in lives if life["wrong"]]
    result = {
        "power_cuts": sum(life["cuts"] for life in lives),
        "records": sum(life["records"] for life in lives),
        "given_up": sum(life["given_up"] for life in lives),
        "wrong": wrong,
        **wear(options.readings),
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:26} {value:,.3f}" if isinstance(value, float) else f"{name:26} {value}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
