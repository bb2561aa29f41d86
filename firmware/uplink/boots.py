"""How often this device has started: readings are numbered by it, so no number may come twice."""

# A boot count that cannot be read begins up here, at random: not below one that was given before.
_LOST_BOOT = 1 << 20


def count_boot(port, log) -> int:
    """This start's number, written before it is used, so that (boot, seq) is never used twice."""
    try:
        text = port.storage.read("boot") or "0"
        boot = int(text) + 1
    except (OSError, ValueError) as e:
        boot = _LOST_BOOT + port.random_below(_LOST_BOOT)
        log("storage: cannot read the boot count (%s); it goes on at %d" % (e, boot))
    try:
        port.storage.write("boot", str(boot))
    except OSError as e:
        log("storage: cannot write the boot count (%s); boot %d may come again" % (e, boot))
    return boot
