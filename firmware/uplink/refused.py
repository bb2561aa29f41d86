"""What ends an update for good; apart from all that raises it, so that whoever catches it means the same class."""


class Refused(Exception):
    """Trying again cannot help.  The text says what is wrong, where, and what to do."""
