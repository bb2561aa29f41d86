"""Whole files of a board's filesystem, for tests that compare what is there."""


def put(path, data):
    with open(path, "wb") as f:
        f.write(data)


def get(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return None
