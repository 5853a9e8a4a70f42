"""The HTTP of the stand-in: it hears requests, finds their route, and does what goes wrong on order."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.hub_stand_in.routes import ROUTES, Answer, Request
from tests.hub_stand_in.storage import Refused, Store

LINGER = struct.pack("ii", 1, 0)
"""A socket closed with this resets its connection, as one of a process that was killed."""


@dataclass
class Fault:
    """What goes wrong with requests whose method and path an expression matches: ``POST /api/models/.*/commit/``.

    An `answer` is given in the place of the right one; `spoil` changes the right one; `hang_up` ends the connection
    after so many bytes of the request's body; with `stop` the whole server is gone after that.
    """

    match: str
    answer: Answer | None = None
    spoil: Callable[[Answer], Answer] | None = None
    hang_up: int | None = None
    stop: bool = False
    times: int = 10**9
    """How many requests it strikes."""
    after: int = 0
    """How many it lets pass before."""

    def strikes(self, request: str) -> bool:
        """Tell whether it strikes this request, and count it."""
        if not self.times or not re.match(self.match, request):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass
class StandIn:
    """The server; it runs in threads of this process, on a port of this machine, while the `with` block does."""

    store: Store = field(default_factory=Store)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """What was asked, in order: ``GET /api/whoami-v2``."""
    port: int = 0
    _server: Any = None

    @property
    def address(self) -> str:
        """Return what HF_ENDPOINT must say."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> StandIn:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; after a stop, on the same port."""
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening: who asks now is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reset(self) -> None:
        """Forget everything, and come back if it was stopped."""
        self.store, self.faults, self.requests = Store(), [], []
        if self._server is None:
            self.start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    hub: StandIn
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def do_GET(self) -> None:
        self._hear()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _hear(self) -> None:
        heard = f"{self.command} {self.path}"
        self.hub.requests.append(heard)
        fault = next((fault for fault in self.hub.faults if fault.strikes(heard)), None)
        if fault and fault.hang_up is not None:
            self._hang_up(fault)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = fault.answer if fault and fault.answer else self._answer(body)
        self._send(fault.spoil(answer) if fault and fault.spoil else answer)

    def _answer(self, body: bytes) -> Answer:
        """Return what the route answers to this request."""
        split = urlsplit(self.path)
        method = "GET" if self.command == "HEAD" else self.command
        try:
            request = Request(
                store=self.hub.store,
                address=self.hub.address,
                content_address=f"http://localhost:{self.hub.port}",
                user=self._user(),
                query=dict(parse_qsl(split.query)),
                body=body,
            )
            for wanted, pattern, route in ROUTES:
                if wanted == method and (found := pattern.fullmatch(split.path)):
                    named = {key: value and unquote(value) for key, value in found.groupdict().items()}
                    result = route(request, **named)
                    return result if isinstance(result, Answer) else Answer.of(result)
            raise Refused(404, f"the stand-in has no {method} {split.path}")
        except Refused as refused:
            answer = Answer.of({"error": refused.message}, refused.status)
            answer.headers.update({"X-Error-Message": refused.message, "X-Error-Code": refused.code})
            return answer

    def _user(self) -> Any:
        """Return who asks; a token that nobody has is refused, none at all is a visitor."""
        said = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if said and said not in self.hub.store.users:
            raise Refused(401, "Invalid credentials in Authorization header")
        return self.hub.store.users.get(said)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if value:
                self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.close_connection |= len(answer.body) != int(answer.headers.get("Content-Length", len(answer.body)))

    def _hang_up(self, fault: Fault) -> None:
        """Read a little of the body, then reset the connection, and with it perhaps the whole server."""
        self.rfile.read(min(fault.hang_up or 0, int(self.headers.get("Content-Length") or 0)))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
        self.close_connection = True
        if fault.stop:
            self.hub.stop()
