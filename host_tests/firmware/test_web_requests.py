# not in WebAssembly: it has no asyncio
"""What comes from outside: bounded in size and time, and refused where it is not from this board's own page."""

from checks import raises
from simtime import run
from webworld import HOST, Client, World

GET = b"GET /api/hello HTTP/1.1\r\nHost: 192.0.2.7\r\n"


def test_a_request_in_many_small_pieces():
    data = GET + b"\r\n"
    answer = World().raw(*[data[i : i + 1] for i in range(len(data))])
    assert answer.status == 200 and answer.json()["mode"] == "running"


def test_what_is_no_http_is_told_so():
    for data in (
        b"\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET http://x/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
        b"POST /api/login HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/login HTTP/1.1\r\nContent-Length: \r\n\r\n",
        b"POST /api/login HTTP/1.1\r\nContent-Length: 9999999999999\r\n\r\n",
    ):
        assert World().raw(data).status == 400, data
    assert World().raw(b"POST /api/login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").status == 411


def test_sizes_are_bounded():
    world = World()
    assert world.raw(b"GET /" + b"x" * 3000).status == 431
    assert world.raw(GET + b"A: b\r\n" * 50 + b"\r\n").status == 431
    assert world.raw(b"POST /api/login HTTP/1.1\r\nContent-Length: 4097\r\n\r\n").status == 413


def test_a_client_that_never_ends_its_head_is_let_go():
    world = World()
    began = world.clock.now
    assert world.raw(GET).status == 408
    assert 5000 <= world.clock.now - began < 5100
    # Nor does it help to send a little now and then.
    client = Client()
    began = last = world.clock.now

    def drip(size):
        nonlocal last
        if world.clock.now - last < 500:
            return b""
        last = world.clock.now
        return b"A"

    client.read = drip
    run(world.clock, world.web.serve(client))
    assert b" 408 " in client.sent and world.clock.now - began < 5100


def test_a_body_that_never_comes_is_not_waited_for():
    world = World()
    began = world.clock.now
    answer = world.raw(b"POST /api/login HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
    assert answer.status == 408 and world.clock.now - began < 10100


def test_a_client_that_takes_nothing_is_let_go():
    world = World()
    began = world.clock.now
    raises(OSError, lambda: world.raw(GET + b"\r\n", takes=0))
    assert 20000 <= world.clock.now - began < 20100


def test_only_get_and_post_are_known():
    world = World()
    for method in (b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"get"):
        assert world.raw(method + b" /api/hello HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n").status == 405


def test_the_page_is_this_boards_by_name_only():
    world = World()
    for host in (HOST, HOST + ":80", "LUMBUS-000001.local"):
        assert world.get("hello", Host=host).status == 200
    for host in ("evil.example", "192.0.2.8", "", None, "192.0.2.7.evil.example"):
        assert world.get("hello", Host=host).status == 403
        assert world.call("GET", "/", Host=host).status == 403


def test_another_page_cannot_have_anything_changed():
    world = World()
    assert world.log_in().status == 200
    for headers, status in (
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://" + HOST}, 403),
        ({"X_Lumbus": None, "X-Lumbus": None}, 403),
        ({"Content_Type": None, "Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": None}, 415),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({}, 409),
    ):
        assert world.post("identify", {}, **headers).status == status, headers
    # A browser that tells no origin is one of our own page's.
    assert world.post("identify", {}, Origin=None).status == 409


def test_the_answers_keep_other_pages_out():
    answer = World().get("hello")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


def test_bodies_that_are_no_json_objects():
    world = World()
    for body in (b"{", b"[]", b"7", b'"x"', b"\xff", b"[" * 4000):
        answer = world.post("login", body)
        assert answer.status == 400 and "JSON" in answer.json()["error"], body[:10]


def test_names_that_are_not_there():
    world = World()
    world.log_in()
    assert world.get("nothing").status == world.post("state").status == world.get("login").status == 404
    for path in ("/nothing.html", "/../secrets.json", "/secrets.json", "/.html", "/a/b.html", "/index.html.gz"):
        answer = world.call("GET", path)
        assert answer.status == 404 and "error" in answer.json(), path


def test_the_page_and_its_tag():
    world = World()
    answer = world.call("GET", "/")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/html")
    assert b"<html" in answer.body and answer.headers["cache-control"] == "no-cache"
    tag = answer.headers["etag"]
    answer = world.call("GET", "/index.html", If_None_Match=tag)
    assert (answer.status, answer.body) == (304, b"")
    assert world.call("GET", "/", If_None_Match='"0"').status == 200


def test_a_mistake_of_the_boards_is_an_answer():
    world = World()
    world.log_in()

    def fails(count):
        raise RuntimeError("a mistake")

    world.app.log.last = fails
    answer = world.get("log")
    assert answer.status == 500 and "mistake" in answer.json()["error"]

    def has_no_room(count):
        raise MemoryError

    world.app.log.last = has_no_room
    assert world.get("log").status == 503
