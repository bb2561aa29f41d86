"""`lumbus config`: which of its actions."""

from importlib import import_module

from ..trouble import guarded

# The module and function of each.
_ACTIONS = {
    "check": ("check", "check"),
    "show": ("show", "show"),
    "init": ("init", "init"),
    "migrate": ("migration", "migrate"),
    "schema": ("schema", "run"),
    "boards": ("boards", "run"),
}


def run(options) -> int:
    module, name = _ACTIONS[options.action]
    action = getattr(import_module("." + module, __package__), name)
    return guarded(f"config {options.action}", lambda: action(options))
