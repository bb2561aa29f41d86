# not in WebAssembly: it has no asyncio
"""Who may do what: passwords, sessions, their ends."""

from webworld import PASSWORD, World

from uplink.web_session import same


def test_without_a_session_there_is_the_page_and_hello():
    world = World()
    hello = world.get("hello").json()
    assert (hello["session"], hello["password_set"], hello["mode"]) == (False, True, "running")
    for name in ("history", "log", "settings", "aim", "networks", "search", "state", "nothing"):
        assert world.get(name).status == 401, name
    for name in ("settings", "restart", "identify", "aim", "search", "logout", "upload?name=ca.der"):
        assert world.post(name).status == 401, name
    assert world.app.restart_ms is None


def test_a_password_opens_a_session_and_logging_out_ends_it():
    world = World()
    answer = world.log_in()
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert world.get("hello").json()["session"] and world.get("log").status == 200
    answer = world.post("logout")
    assert answer.status == 200 and "Max-Age=0" in answer.headers["set-cookie"]
    assert world.get("log").status == 401


def test_wrong_passwords_are_slowed_down():
    world = World()
    for wait_s in (1, 2, 4, 8, 16, 32, 60, 60):
        answer = world.log_in("wrong")
        assert (answer.status, answer.json()["wait_s"]) == (403, wait_s)
        # The right one is not looked at either: else trying would not be slowed down.
        assert world.log_in().status == 403
        world.clock.now += 1000 * wait_s
    assert world.log_in().status == 200
    assert world.log_in("wrong").json()["wait_s"] == 1


def test_what_is_no_password():
    for password in (None, 7, "", [], PASSWORD + " ", PASSWORD[:-1], PASSWORD.upper()):
        assert World().log_in(password).status == 403
    assert World(password=None).log_in(None).status == 403


def test_sessions_end_by_themselves():
    world = World()
    world.log_in()
    for _ in range(12):
        world.clock.now += 3500000
        assert world.get("log").status == 200
    # 12 h in all.
    world.clock.now += 3500000
    assert world.get("log").status == 401
    world.log_in()
    world.clock.now += 3600000
    assert world.get("log").status == 401


def test_there_are_four_at_the_most():
    world = World()
    numbers = iter(range(10))
    world.port.random_bytes = lambda count: bytes([next(numbers)] * count)
    cookies = []
    for _ in range(5):
        world.log_in()
        cookies.append(world.cookie)
    for cookie, status in zip(cookies, (401, 200, 200, 200, 200)):
        world.cookie = cookie
        assert world.get("log").status == status


def test_a_guest_of_the_access_point_need_not_log_in():
    world = World()
    world.door.guest = lambda peer: peer == "192.168.4.2"
    head = b"GET /api/log HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n"
    assert world.raw(head, peer="192.168.4.2").status == 200
    assert world.raw(head, peer="192.0.2.99").status == 401
    world.door.guest = None
    assert world.raw(head, peer="192.168.4.2").status == 401


def test_comparing_tells_only_whether():
    assert same(b"abc", b"abc") and same(b"", b"")
    for other in (b"", b"ab", b"abd", b"abcd", b"xbc"):
        assert not same(b"abc", other) and not same(other, b"abc")


def test_no_secret_is_ever_sent():
    world = World()
    world.log_in()
    for name in ("settings", "log", "history", "hello"):
        body = world.get(name).body
        assert b"hunter2" not in body and PASSWORD.encode() not in body, name
    # Nor what somebody typed instead of it.
    world.log_in("mistyped secret")
    assert b"mistyped" not in world.get("log").body
    assert not any("mistyped" in line for line in world.port.lines)
