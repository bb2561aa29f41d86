"""`lumbus accounts`: NATS's access list from a list of users."""

import re

from ..trouble import OK, USAGE, Trouble, guarded
from .accounts import accounts, read_list

# As mqtt.base and mqtt.discovery_prefix of a gateway's configuration.
_TOPIC = re.compile(r"[A-Za-z0-9_/-]{1,60}")


def run(options) -> int:
    return guarded("accounts", lambda: _run(options))


def _run(options) -> int:
    for name, topic in (("--base", options.base), ("--discovery-prefix", options.discovery_prefix)):
        if not _TOPIC.fullmatch(topic):
            raise Trouble(f"{name} {topic}: must be 1...60 letters, digits, -, _ and /", USAGE)
    try:
        users = read_list(options.list.read_text())
    except OSError as e:
        raise Trouble(f"{options.list}: {e.strerror}", USAGE) from None
    except UnicodeDecodeError:
        raise Trouble(f"{options.list}: no text in UTF-8", USAGE) from None
    except ValueError as e:
        raise Trouble(f"{options.list}: {e}", USAGE) from None
    print(accounts(users, options.base, None if options.no_discovery else options.discovery_prefix), end="")
    return OK
