"""A JSON object from a file of the storage, whatever is the matter with it."""

import json


def read_object(storage, name: str, otherwise):
    """The file's JSON; otherwise, where there is none or it is damaged."""
    try:
        text = storage.read(name)
        found = json.loads(text) if text else otherwise
    except (OSError, ValueError, RuntimeError):
        return otherwise
    return found if isinstance(found, dict) else otherwise
