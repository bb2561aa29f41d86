"""`lumbus monitor`: what gateways do, live."""

import sys
import time

from ..contact.broker import NoBroker
from ..contact.console import NoPort
from ..contact.target import Target, parse
from ..trouble import NO_PORT, OK, USAGE, Trouble, guarded
from .screen import JsonScreen, PlainScreen, TableScreen
from .sources import Broker, Port
from .world import World

_TICK_S = 0.2


def run(options) -> int:
    return guarded("monitor", lambda: _run(options))


def _run(options) -> int:
    try:
        return _watch(parse(options.target, options.ca), options)
    except ValueError as e:
        raise Trouble(str(e), USAGE) from None
    except (NoPort, NoBroker) as e:
        raise Trouble(str(e), NO_PORT) from None


def _watch(target: Target, options) -> int:
    world = World()
    screen = _screen(world, target, options)
    until = None if options.seconds is None else time.monotonic() + options.seconds
    # Opened first: a password may be asked for.
    source = (Port if target.port else Broker)(target, world, screen.tell, screen.hint)
    try:
        with screen:
            while until is None or time.monotonic() < until:
                source.pump(_TICK_S)
    except KeyboardInterrupt:
        pass
    finally:
        source.close()
    return OK


def _screen(world: World, target: Target, options):
    if options.json:
        return JsonScreen()
    return TableScreen(world, target.where) if sys.stdout.isatty() else PlainScreen()
