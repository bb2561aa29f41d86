"""In the journal's place where the flash cannot be used at all: what waits waits in RAM."""


class NoJournal:
    n = 1
    acked = waiting = given_up = damaged = group = 0

    def ready(self) -> None:
        raise OSError(5, "no journal")

    def next(self):
        return None

    def rewind(self) -> None:
        pass

    def counters(self):
        """null in the status."""
        return None
