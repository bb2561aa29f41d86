"""`const`, which MicroPython's compiler folds away, wherever there is none."""

try:
    from micropython import const  # pyright: ignore[reportAssignmentType]  # named otherwise there
except ImportError:

    def const(value):
        return value
