"""Under MicroPython: run the test_ functions of the file named, in their order, one line each."""

import gc
import sys


def run(path: str, leave_out: str = "", first: str = "", least_free: int = 0) -> None:
    """From the test `first` on, without those with `leave_out` on their line.

    Ends early with a line that names the next test when less than `least_free` bytes of heap are free.
    """
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    module = __import__(name[:-3])
    with open(path) as f:
        lines = [line for line in f if line.startswith("def test_")]
    names = [line[4:].split("(")[0] for line in lines if not leave_out or leave_out not in line]
    begin = names.index(first) if first else 0
    for at in range(begin, len(names)):
        test = names[at]
        gc.collect()
        if at > begin and gc.mem_free() < least_free:  # pyright: ignore  # MicroPython's
            print("\n@@ next " + test)
            return
        try:
            getattr(module, test)()
            print("\n@@ passed " + test)
        except Exception as e:
            print("\n@@ failed " + test)
            sys.print_exception(e, sys.stdout)  # pyright: ignore  # MicroPython's


if __name__ == "__main__":
    run(sys.argv[1])
