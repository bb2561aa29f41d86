"""`const`, which MicroPython's compiler folds away, wherever there is none."""

try:
    from micropython import const
except ImportError:

    def const(value):
        return value
