"""Conditions that begin, last and end, as Events: values that disagree, a lamp's flicker, a wrong constant."""

from .event import Event


class Standing:
    """number: gives an event its number, see crosscheck."""

    def __init__(self, number):
        self._number = number
        self._open = {}

    def tell(self, kind: str, is_so: bool, text, window, at_ms: int) -> list:
        """[Event] when `kind` begins or ends with this reading, else []."""
        event = self._open.get(kind)
        if is_so == (event is not None):
            return []
        if event is None:
            event = self._open[kind] = Event(self._number(), kind, window, at_ms)
        else:
            del self._open[kind]
            event.open = False
        event.text = text
        event.last_window = window
        return [event]

    def end(self) -> list:
        """All that is open, closed."""
        events = list(self._open.values())
        self._open = {}
        for event in events:
            event.open = False
        return events
