"""Small helpers for tests that run without pytest's own."""


def raises(error, call, *args):
    """The error that `call(*args)` raises; AssertionError when it raises none of that kind."""
    try:
        call(*args)
    except error as e:
        return e
    raise AssertionError("no " + error.__name__)
