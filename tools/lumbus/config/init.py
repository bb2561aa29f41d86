"""`lumbus config init`: config.json and secrets.json for a new gateway."""

from pathlib import Path

from uplink.config import ConfigError
from uplink.config import check as check_form

from ..asking import tell
from ..trouble import OK, USAGE, Trouble
from .answers import Answers
from .check import Findings
from .place import CONFIG, SECRETS, Place, put, told, write
from .update_key import NAME, key_of, with_key


def init(options) -> int:
    folder = Path(options.place)
    _check_early(folder, options.force)
    key = None if options.update_key is None else key_of(options.update_key)
    answers = Answers(options, folder)
    config = with_key(answers.config(), options.update_key)
    secrets = answers.secrets(config)
    try:
        check_form(config, secrets)
    except ConfigError as e:
        raise Trouble("; ".join(told(e)) + ": nothing was written", USAGE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Trouble(f"cannot make {folder}: {e.strerror}", USAGE)
    if key is not None:
        put(folder / NAME, key, is_secret=False)
    write(folder / SECRETS, secrets, is_secret=True)
    write(folder / CONFIG, config, is_secret=False)
    print(f"{folder / CONFIG} and {folder / SECRETS} are written.")
    if "web_password" not in secrets:
        tell(f"There is no page on the network then: {SECRETS} has no web_password.")
    found = Findings(Place(options.place))
    for text in found.errors + found.warnings:
        tell(f"still to do: {text}")
    tell("Further meters and all else are in docs/configuration.md; lumbus config check says whether it is right.")
    return OK


def _check_early(folder: Path, force: bool) -> None:
    """Before anybody is asked."""
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not nearest.is_dir():
        raise Trouble(f"{nearest} is no folder", USAGE)
    there = [name for name in (CONFIG, SECRETS) if (folder / name).exists()]
    if there and not force:
        raise Trouble(f"{folder / there[0]} exists: nothing was written; take another folder, or --force", USAGE)
