"""What a start does once, before the application runs: forgotten afterwards.

A reset that was asked for, setting up where there is no configuration, checking what there is, opening the equipment,
and putting the application together.
"""

from .forget import forget

# Only start-up needs them; nothing that stays may import them.
CHECKING = (
    "fields",
    "nearest",
    "config",
    "config_error",
    "config_file",
    "config_public",
    "config_secrets",
    "config_migrate",
    "profile_form",
    "matching",
    "profile_files",
    "equipment",
    "lightlimits",
    "tls_files",
)
SETTING_UP = ("setup_mode", "access", "captive")
BUILDING = ("wiring", "journal_recover", "boots", "starts", "page")


def made(port):
    """The App; where there is none to be run, the exit code: 0, or 2 after telling every fault of the configuration."""
    if _goes_back_first(port):
        port.reset()
        return 0
    _reset_where_asked(port)
    if _is_restored(port) or _is_set_up(port):
        port.reset()
        return 0
    ready = prepare(port)
    if ready is None:
        return 2
    forget(CHECKING)
    try:
        app = built(port, ready)
    except KeyboardInterrupt:
        return 0
    except Exception as e:
        from .start import tell

        tell(e)
        port.reset()
        return 0
    forget(BUILDING)
    return app


def _goes_back_first(port) -> bool:
    """Whether a version on trial has given up itself, for it is the one before that sets the board up.

    What the new one writes that may not be able to read, and it might be the one that stays.
    """
    try:
        if port.storage.read("reset") is None and not wants_set_up(port):
            return False
    except (OSError, ValueError):
        return False
    from .update_trial import drop, noted

    state = noted(port.storage, port.console)
    is_trial = state is not None and state["run"] == state["trial"] and state["wants"]
    is_over = bool(is_trial and drop(port.storage, port.console))
    if is_over:
        port.console("slots: the new version is given up, for the board is set up by the one before")
        try:
            port.storage.write("trial", "somebody set the board up meanwhile")
        except OSError:
            pass
    forget(("slots", "update_trial", "update_file"))
    return is_over


def _reset_where_asked(port) -> None:
    """To how it came, where the button was held for that."""
    try:
        asked = port.storage.read("reset")
    except (OSError, ValueError):
        asked = None
    if asked is not None:
        from .factory import wipe

        wipe(port)
        forget(("factory",))


def _is_restored(port) -> bool:
    """Whether an update left a configuration that is another now; the port was made with the one before."""
    storage = port.storage
    try:
        if storage.read("config.next") is None and storage.read("config.json.back") is None:
            return False
        from .config import VERSION
        from .update_config import settle

        return settle(storage, port.console, VERSION)
    except (OSError, ValueError):
        # The configuration itself will tell what is wrong.
        return False
    finally:
        forget(CHECKING)
        forget(("update_config",))


def _is_set_up(port) -> bool:
    """Whether this start was for setting up the board; see setup_mode."""
    _settle(port)
    if not wants_set_up(port):
        return False
    from .setup_mode import run

    done = run(port)
    forget(SETTING_UP)
    return done


def wants_set_up(port) -> bool:
    """There is no configuration, or the button was held; and a page can be."""
    if getattr(port, "listen", None) is None:
        return False
    try:
        return port.storage.read("config.json") is None or bool(port.storage.read("setup"))
    except (OSError, ValueError):
        return False


def prepare(port):
    """What wiring.build() wants behind the start's number; None after telling every fault."""
    _settle(port)
    config = _checked(port, _configured)
    if config is None:
        return None
    # Before what stays is loaded: together they would not fit.
    forget(CHECKING)
    ready = _checked(port, _opened, config[0])
    return None if ready is None else config + ready


def _settle(port) -> None:
    """What the page could not check is checked now."""
    try:
        waits = port.storage.read("config.json.try")
    except (OSError, ValueError):
        # The configuration itself will tell what is wrong with the flash.
        waits = None
    if waits:
        from .candidate import settle

        settle(port)
        forget(("candidate", "web_check"))


def _configured(port):
    from .config_file import configured

    return configured(port)


def _opened(port, config: dict):
    from .equipment import open_all

    return open_all(port, config)


def _checked(port, work, *more):
    from .config_error import ConfigError

    try:
        return work(port, *more)
    except ConfigError as e:
        for text in e.errors:
            port.console("config: " + text)
        port.console("config: nothing was started; mend the above and start again")
        return None


def built(port, ready):
    """The application.  In a function of its own, so that no name keeps what is to be forgotten."""
    from .boots import count_boot
    from .wiring import build

    return build(port, count_boot(port, port.console), *ready)
