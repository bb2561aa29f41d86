"""What processes take of the machine, from /proc: CPU seconds and memory, also of those that have ended meanwhile."""

import os
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_MIB = 1 << 20


class Usage:
    """Of groups of processes; look() is to be called often: what one took after the last look is not known."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[tuple, float]] = {}
        self._most: dict[str, int] = {}

    def look(self, groups: dict[str, list[int]]) -> None:
        """{name: the groups' processes, of each of which the descendants count too}."""
        children = _children()
        for name, roots in groups.items():
            memory = 0
            self._seconds.setdefault(name, {})
            for pid in _family(roots, children):
                seen = _seen(pid)
                if seen is not None:
                    began, seconds, own = seen
                    self._seconds[name][pid, began] = seconds
                    memory += own
            self._most[name] = max(self._most.get(name, 0), memory)

    def seconds(self) -> dict[str, float]:
        """{group: CPU seconds so far}."""
        return {name: round(sum(found.values()), 1) for name, found in self._seconds.items()}

    def memory_mb(self) -> dict[str, int]:
        """{group: the most that it had at once, MiB}: what processes share counts once for all (PSS where told)."""
        return {name: most // _MIB for name, most in self._most.items()}


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def _family(roots: list[int], children: dict[int, list[int]]) -> list[int]:
    family = list(roots)
    for pid in family:
        family += children.get(pid, [])
    return family


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may have blanks in it; [] for one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _seen(pid: int) -> tuple[str, float, int] | None:
    """(when it began, CPU seconds, bytes of memory)."""
    fields = _stat(pid)
    if not fields:
        return None
    return fields[19], (int(fields[11]) + int(fields[12])) * _TICK_S, _memory(pid, int(fields[21]))


def _memory(pid: int, pages: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not ours to see, or ended
    return pages * os.sysconf("SC_PAGE_SIZE")
