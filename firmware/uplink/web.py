"""The local page's server: what is loaded when somebody comes to the door, and let go of when nobody does.

All is JSON.  A change is a POST with `Content-Type: application/json`, `X-Lumbus: 1` and an Origin that is ours;
an error is {"error": text, "errors": [[path, text], ...]}, the latter where the configuration is refused.

GET  /                    the page, and its files
GET  /api/hello           mode, gateway, version, session, password_set, commissioning: the one that needs no session
POST /api/login           {"password"}; 403 {"error", "wait_s"} where it is wrong, or comes too soon behind a wrong one
POST /api/logout
GET  /api/state           what is known now (see snapshot)
GET  /api/history         power of each meter, a value in five minutes (see web_plot)
GET  /api/log             the last lines
GET  /api/settings        the configuration without its secrets, and what there is to choose from
POST /api/settings        {"config", "secrets"}: checked whole, then kept; 422 with each fault, and nothing is kept;
                          {"checked": false}: the next start checks it, and GET tells faults as `refused`
POST /api/restart         start again, in good order
POST /api/identify        blink the lamp
GET  /api/aim, POST       the light sensor's fitting (see aim): {"seconds"}, 0 ends it
GET  /api/networks        Wi-Fi networks that are heard (set-up only)
GET  /api/search, POST    who is on the bus: {"baud"} (set-up only)
POST /api/upload?name=    a certificate or a profile, as it is, at most 4 KiB

microdot finds the route and makes the answer; what goes over the wire is web_http's, for nothing may wait.
"""

import json

from microdot import Microdot, Request, Response  # pyright: ignore[reportMissingImports]  # no stub of it

from mbus._const import const

from . import __version__
from .forget import forget
from .room import free
from .web_guard import check_call, is_free, is_ours
from .web_http import Refused, Writer, read_request, send
from .web_pages import opened, pieces
from .web_session import session_of

# What carries out a call is loaded for it, and let go of again at once.
PARTS = (
    "stored",
    "web_state",
    "web_login",
    "web_api",
    "web_settings",
    "web_keep",
    "web_check",
    "web_upload",
    "web_setup",
)
# What a call may take, in bytes of a heap of 64 bits; aiming stays for a while.
_ROOM = const(9000)
_AIM = const(14000)
_LARGE = const("web_settings web_keep stored candidate web_check web_upload web_state web_login web_api snapshot")
_HELLO = const(
    '{"mode":"%s","gateway":"%s","version":"%s","session":%s,"password_set":%s,"commissioning":%s,"boot":%d}'
)


class Web:
    """`door` is the Door: what is known of sessions stays there."""

    def __init__(self, door):
        self._door = door
        self._server = server = Microdot()
        server.route("/api/<name>", ["GET", "POST"])(self._call)
        server.route("/<path:name>", ["GET"])(self._file)
        server.route("/", ["GET"])(self._index)
        server.errorhandler(404)(self._absent)
        server.errorhandler(405)(self._absent)
        server.errorhandler(500)(self._failed)

    async def serve(self, connection) -> None:
        """One request and its answer; OSError when the client has gone."""
        clock = self._door.clock
        writer = Writer(connection, clock)
        try:
            method, target, headers, body = await read_request(connection, clock)
            if method not in ("GET", "POST"):
                raise Refused(405, "only GET and POST are known")
        except Refused as e:
            response = Response({"error": e.text}, e.status)
        else:
            path, _, query = target.partition("?")
            request = Request(self._server, connection.peer, method, path, None, headers, body)
            request.query_string = query
            response = await self._server.dispatch_request(request)
        writer.keeps = "ETag" in response.headers
        await send(response, writer)

    async def _absent(self, request):
        return {"error": "there is nothing of that name"}, 404

    async def _failed(self, request):
        return {"error": "the board has made a mistake; its console tells which"}, 500

    async def _index(self, request):
        return await self._file(request, "index.html")

    async def _file(self, request, name: str):
        door = self._door
        if not is_ours(door, request.headers):
            if is_free(door, request.client_addr):
                # A phone that has just joined looks whether it is in the internet: this is where it is.
                return Response("", 302, {"Location": "http://%s/" % door.listener.where()})
            return {"error": "this board has another name; open the page by its address"}, 403
        found = opened(name)
        if found is None:
            return {"error": "there is nothing of that name"}, 404
        file, kind, compressed, tag = found
        headers = {"Content-Type": kind, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            file.close()
            return Response("", 304, headers)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        return Response(pieces(file), 200, headers)

    async def _call(self, request, name: str):
        door = self._door
        try:
            check_call(door, request.method, name, request.headers, request.client_addr)
            # In set-up there is nothing beside it that could fail.
            if door.mode != "setup" and free() < (_AIM if name == "aim" and door.app.aim is None else _ROOM):
                raise MemoryError
            return await self._answer(request, name)
        except Refused as e:
            return {"error": e.text} if e.errors is None else {"error": e.text, "errors": e.errors}, e.status
        except MemoryError:
            door.app.log("page: no memory for %s" % name)
            return {"error": "there is no memory for this now; try again, or restart the board first"}, 503
        except OSError as e:
            return {"error": "the board cannot do it (%s)" % e}, 500
        finally:
            forget(_LARGE.split())

    async def _answer(self, request, name: str):
        door = self._door
        headers = request.headers
        if name == "upload" and request.method == "POST":
            from .web_upload import upload

            return upload(door, request.query_string, request.body)
        given = _given(request) if request.method == "POST" else None
        if name == "hello" and given is None:
            return self._hello(headers)
        if name == "login" and given is not None:
            return self._log_in(given)
        if name == "logout" and given is not None:
            from .web_login import log_out

            return Response({}, 200, {"Set-Cookie": log_out(door, headers)})
        work = _work(door, name, given is not None)
        answer = None if work is None else work[given is not None]  # a GET's, or a POST's
        if answer is None:
            raise Refused(404, "there is nothing of that name")
        given = () if given is None else (given,)
        return _json(answer(door, *given))

    def _hello(self, headers: dict):
        door = self._door
        known = (session_of(door, headers) is not None, door.password is not None, door.commissioning)
        texts = (door.mode, door.gateway, __version__) + tuple([json.dumps(is_so) for is_so in known])
        status = getattr(door.app, "status", None)
        # By another number the page sees that the board has started again.
        return _json(_HELLO % (texts + (0 if status is None else status.boot,)))

    def _log_in(self, given: dict):
        from .web_login import log_in

        cookie, wait_s = log_in(self._door, given.get("password"))
        if cookie is None:
            return {"error": "not taken; the next password is looked at in %d s" % wait_s, "wait_s": wait_s}, 403
        return Response({}, 200, {"Set-Cookie": cookie})


def _given(request) -> dict:
    try:
        given = json.loads(request.body or b"{}")
    except (ValueError, RuntimeError):
        raise Refused(400, "the body is not valid JSON")
    if not isinstance(given, dict):
        raise Refused(400, "the body must be a JSON object")
    return given


def _work(door, name: str, is_change: bool):
    """(what answers a GET, what does a POST) of that name, None for either that there is not; None for no such name."""
    if name == "state":
        from .web_state import WORK
    elif name == "settings" and is_change:
        from .web_keep import WORK
    elif name == "settings":
        from .web_settings import WORK
    elif name in ("networks", "search"):
        if door.mode != "setup":
            raise Refused(409, "that is for set-up: the radio and the bus are in use now")
        from .web_setup import WORK
    else:
        from .web_api import WORK
    return WORK.get(name)


def _json(answer):
    """A text is JSON already, a list of texts is when they are joined."""
    if isinstance(answer, dict):
        return answer
    return Response(answer if isinstance(answer, str) else iter(answer), 200, {"Content-Type": "application/json"})
