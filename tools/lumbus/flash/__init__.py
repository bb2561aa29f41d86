"""A flash that fails: for tests, the benchmark and the soak.  device.py and cuts.py run under MicroPython."""
