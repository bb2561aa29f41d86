"""How often this device has started: readings are numbered by it, so no number may come twice.

The number is on the flash, and in the port's second place where there is one: the
higher one counts, and a filesystem that was formatted does not begin anew.
"""

# A boot count that cannot be read begins up here, at random: not below one that was given before.
_LOST_BOOT = 1 << 20


def count_boot(port, log) -> int:
    """This start's number, written before it is used, so that (boot, seq) is never used twice."""
    second = getattr(port, "second", None)
    other = _second_number(second, log)
    try:
        text = port.storage.read("boot")
        boot = max(int(text or "0"), other or 0)
        if not text and other is None and port.storage.read("formatted"):
            raise ValueError("the filesystem was formatted")
    except (OSError, ValueError) as e:
        boot = _LOST_BOOT + port.random_below(_LOST_BOOT) if other is None else other
        log("storage: cannot read the boot count (%s); it goes on above %d" % (e, boot))
    boot += 1
    try:
        port.storage.write("boot", str(boot))
    except OSError as e:
        log("storage: cannot write the boot count (%s); boot %d may come again" % (e, boot))
    try:
        if second is not None:
            second.write("boot", b"%d" % boot)
    except OSError as e:
        log("second place: cannot write the boot count (%s)" % e)
    return boot


def _second_number(second, log):
    """None when it is not known there."""
    try:
        data = None if second is None else second.read("boot")
        return None if data is None else int(data)
    except (OSError, ValueError) as e:
        log("second place: cannot read the boot count (%s)" % e)
        return None
