"""On any interpreter: what `lumbus.examine` says of telegrams, a line each; a fault is a line that begins with !!."""

import sys

from lumbus.examine import examine


def line(text: str) -> str:
    try:
        outcome, said = examine(bytes.fromhex(text.strip()))
    except Exception as e:
        return "!! %s %s" % (type(e).__name__, e)
    return outcome + ": " + said.replace("\n", " / ")


def run(lines) -> None:
    """`lines`: telegrams in hex."""
    for text in lines:
        print(line(text))


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        run(f)
