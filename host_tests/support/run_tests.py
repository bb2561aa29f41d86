"""Under MicroPython: run every test_ function of the file named, in its order, one line each."""

import gc
import sys


def run(path: str) -> None:
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    module = __import__(name[:-3])
    with open(path) as f:
        names = [line[4:].split("(")[0] for line in f if line.startswith("def test_")]
    for test in names:
        gc.collect()
        try:
            getattr(module, test)()
            print("\n@@ passed " + test)
        except Exception as e:
            print("\n@@ failed " + test)
            sys.print_exception(e, sys.stdout)  # pyright: ignore  # MicroPython's


run(sys.argv[1])
