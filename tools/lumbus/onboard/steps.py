"""What has to be done so that a slot of the board holds an application: the steps, and the room that they take.

Only the slot that is not the good one is touched, and slot.json does not name it meanwhile; so what is old there is
removed first, and every file is written where it belongs.  Runs under MicroPython as well, for the tests.

Files are told as {path: (size in bytes, SHA-256 in hex)}; a folder has "-" for its hash.
"""

FOLDER = "-"
# Blocks of the filesystem that stay free: LittleFS copies what it changes, and the application wants to write too.
RESERVE = 8


def steps(wanted, there, slot, other) -> list:
    """[(what, path, …)]: remove, remove_folder, make_folder, copy (from, to), send, in the order to do them.

    wanted: by path inside of the slot.  there: by the board's whole path.  slot, other: "/a" and "/b", or None.
    """
    done = []
    goals = {slot + "/" + path: told for path, told in wanted.items()}
    folders = folders_of(goals)
    kept = set()
    for path in sorted(there, reverse=True):
        if not (path + "/").startswith(slot + "/"):
            continue
        is_folder = there[path][1] == FOLDER
        if path in folders if is_folder else there[path] == goals.get(path):
            kept.add(path)
        else:
            done.append(("remove_folder" if is_folder else "remove", path))
    done += [("make_folder", path) for path in sorted(folders - kept)]
    sources = {told[1]: path for path, told in there.items() if other and path.startswith(other + "/")}
    for path in sorted(goals):
        if path not in kept:
            source = sources.get(goals[path][1])
            done.append(("send", path) if source is None else ("copy", source, path))
    return done


def procedure(todo, before, after, choosing, main) -> list:
    """All of a deployment in its order: [(what, …)], with `todo` of steps().

    before, after: what slot.json must say meanwhile (None: it needs no change) and then.  choosing, main: what lies in
    the root, by its paths.  main is the last: an older one may not know of slots, and start what lies flat in the root.
    """
    first = [] if before is None else [("state", before)]
    chosen = [("replace", path) for path in choosing]
    return first + todo + [("verify",)] + chosen + [("state", after), ("replace", main)]


def folders_of(goals) -> set:
    """Every folder on the way to them."""
    found = set()
    for path in goals:
        parts = path.split("/")
        for end in range(2, len(parts)):
            found.add("/".join(parts[:end]))
    return found


def blocks_needed(done, wanted, there, slot, block) -> int:
    """How many more blocks of `block` bytes are in use at most while and after the steps; a folder takes two."""
    need = RESERVE
    for step in done:
        what, path = step[0], step[-1]
        if what in ("send", "copy"):
            need += -(-wanted[path[len(slot) + 1 :]][0] // block)
        elif what == "make_folder":
            need += 2
        elif what == "remove":
            need -= -(-there[path][0] // block)
        elif what == "remove_folder":
            need -= 2
    return need
