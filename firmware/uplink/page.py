"""Whether the local page has a door, and who may come in; needed at the start only.

On the local network it is there where the configuration has it and there is a password.  After a set-up the access
point stays until a reading agrees (see commissioning), and over that nobody need log in.
"""


def page_of(port, app) -> list:
    """(name, run(beat)) of what the page needs: nothing where there is none."""
    config = app.config
    commissioned = bool(port.storage.read("commissioning"))
    has_page = config["web"] and config["web_password"] is not None
    if not has_page and not commissioned:
        return []
    try:
        listener = port.listen()
    except OSError as e:
        app.log(str(e))
        return []
    if listener is None:
        return []
    from .door import Door

    door = Door(port, app, listener, config["web_password"] if has_page else None, "running", app.topics.name)
    app.page = door
    app.log("page: http://%s/" % listener.where())
    tasks = [("page", door.run)]
    if commissioned:
        from .commissioning import Commissioning

        tasks.append(("commissioning", Commissioning(port, app, door, has_page).run))
    return tasks
