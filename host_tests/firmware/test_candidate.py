# not in WebAssembly: it has no asyncio
"""A configuration that the page could not check is checked by the next start, and cannot keep the board from one."""

import json

from appport import CONFIG, SECRETS
from webworld import PASSWORD, WebPort, World

from uplink.preparing import prepare


def left(config, secrets=None):
    """A board with what the page left for its next start."""
    world = World()
    world.log_in()
    # A board has forgotten what keeps settings, and loads it anew each time.
    from uplink import web_keep

    before = web_keep.free
    web_keep.free = lambda: 0
    try:
        answer = world.post("settings", {"config": config, "secrets": secrets or {}})
    finally:
        web_keep.free = before
    assert answer.status == 200 and answer.json() == {"restart": True, "checked": False}
    assert json.loads(world.port.storage.texts["config.json"]) == CONFIG
    port = WebPort(CONFIG)
    port.storage = world.port.storage
    return port


def changed(**more):
    config = json.loads(json.dumps(CONFIG))
    config.update(more)
    return config


def test_a_good_one_is_in_force():
    port = left(changed(gateway="cellar"), {"mqtt_password": "swordfish"})
    ready = prepare(port)
    assert ready is not None and ready[0]["gateway"] == "cellar" and ready[0]["mqtt"]["password"] == "swordfish"
    texts = port.storage.texts
    assert json.loads(texts["config.json.old"]) == CONFIG
    assert texts["config.json.try"] == texts["secrets.json.try"] == ""


def test_a_wrong_one_is_refused_and_the_one_before_goes_on():
    port = left(changed(meters=[]), {"mqtt_password": "swordfish"})
    ready = prepare(port)
    assert ready is not None and ready[0]["meters"][0]["address"] == 1
    texts = port.storage.texts
    assert json.loads(texts["config.json"]) == CONFIG and texts["secrets.json.try"] == ""
    assert json.loads(texts["secrets.json"])["mqtt_password"] == SECRETS["mqtt_password"]
    assert "swordfish" not in "".join(port.lines)
    # The page shows why, until another is kept.
    world = World()
    world.port.storage.texts["refused"] = texts["refused"]
    world.log_in(PASSWORD)
    assert world.get("settings").json()["refused"] == [["meters", "must be a list of at least one meter"]]
    assert world.post("settings", {"config": CONFIG}).json() == {"restart": True, "checked": True}
    assert world.get("settings").json()["refused"] is None


def test_garbage_does_not_keep_the_board_from_starting():
    for text in ("{", "7", "[]", "null"):
        port = WebPort(CONFIG)
        port.storage.texts["config.json.try"] = text
        assert prepare(port) is not None, text
