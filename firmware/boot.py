"""Runs before main.py; must return, so that a REPL is always there."""

import gc

gc.collect()
