"""The options of `lumbus config`."""

import argparse

_EXAMPLES = """examples:
  lumbus config init gateway                    asks, and writes gateway/config.json and secrets.json
  lumbus config check gateway                   what is wrong with it, and what it means
  lumbus config show gateway --json
  lumbus config migrate gateway                 brings files of an older version to this one
  lumbus config boards                          pin maps, and why some pins are refused
  LUMBUS_MQTT_PASSWORD=... lumbus config init gateway --yes --host broker.example --user meter --address 1
"""
_CODES = """
exit codes: 0 done, or nothing is wrong; 1 the configuration is wrong; 2 wrong usage, or a file that cannot be read or
written; 130 Ctrl-C
"""


def add(commands) -> None:
    top = _command(commands, "config", "check, show or write a gateway's configuration", _EXAMPLES)
    actions = top.add_subparsers(dest="action", required=True, metavar="check|show|init|migrate|schema|boards")
    _place(_command(actions, "check", "say what is wrong, what is doubtful and what is in force")).add_argument(
        "--json", action="store_true", help="one JSON object: errors, warnings, in_force"
    )
    _place(_command(actions, "show", "the whole configuration with its defaults, without secrets")).add_argument(
        "--json", action="store_true", help="one JSON object"
    )
    _init(actions)
    _place(_command(actions, "migrate", "rewrite files of an older version, and keep a copy of the old"))
    _command(actions, "schema", "the JSON Schema of config.json, for editors").add_argument(
        "--table", action="store_true", help="as tables for the documentation"
    )
    _command(actions, "boards", "the boards' pin maps, and which pins are fit for what, as tables")


def _command(commands, name: str, help_text: str, epilog: str = ""):
    return commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=epilog + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _place(p):
    p.add_argument("place", nargs="?", default=".", metavar="FOLDER|FILE", help="where config.json is (this folder)")
    return p


def _init(actions) -> None:
    p = _command(
        actions,
        "init",
        "write a new configuration, of one meter",
        "On a terminal what is not given is asked for; elsewhere, and with --yes, it is taken as proposed.\n"
        "Passwords are no options: they are asked for, or taken from LUMBUS_MQTT_PASSWORD,\n"
        "LUMBUS_WEB_PASSWORD (of the local page: without it there is none) and LUMBUS_WIFI_PASSWORD (one a\n"
        "line, in the order of --ssid).\n",
    )
    p.add_argument("place", nargs="?", default=".", metavar="FOLDER", help="where to write it (this folder)")
    add_answers(p)
    p.add_argument("--force", action="store_true", help="overwrite the files that are there")
    p.add_argument("--yes", action="store_true", help="do not ask, take what is proposed")


def add_answers(p) -> None:
    """What answers.Answers may be told."""
    p.add_argument("--board", metavar="NAME", help="the board's pin map (esp32-devkitc)")
    p.add_argument("--ssid", action="append", metavar="NAME", help="a Wi-Fi network; again for each, best first")
    p.add_argument("--host", metavar="NAME", help="the MQTT broker")
    p.add_argument("--tls", action=argparse.BooleanOptionalAction, help="TLS (the proposal), or plain MQTT")
    p.add_argument("--user", metavar="NAME", help="at the broker, - for none (-)")
    p.add_argument("--gateway", metavar="NAME", help="its name in topics (its MAC)")
    p.add_argument("--profile", metavar="NAME", help="of the meter (m1pro40)")
    p.add_argument("--address", metavar="N", help="the meter's primary address (254: whoever is there)")
    p.add_argument("--energy", metavar="WHICH", help="import, export or both (what the profile knows)")
    p.add_argument("--light", metavar="N", help="number of the light input, - for none (0)")
    p.add_argument("--poll", metavar="S", help="mean seconds between readings (60)")
    p.add_argument("--update-key", metavar="FILE", help="public key, PEM or DER, of the releases to take (none)")
