"""The wire to a register: where it may lead, and when the whole exchange must be over.

``client`` is an httpx client whose connections check the addresses a name resolves to and connect to those very addresses, so
that a name which says something else the next time leads nowhere. Its time limits are instants of ``time.monotonic``, not
seconds, see ``limit``: a source that sends a byte now and then would outlive any limit on a single packet. The look-up of the
name is under the limit, too. A source has to show a certificate of the usual authorities or of the city's own.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore
import httpx
from django.conf import settings

from yitong.exchange import standin
from yitong.exchange.rules.addresses import is_address, reachable


class Forbidden(Exception):
    """The address leads where no connector may go."""


class Untrusted(Exception):
    """Who answers there shows no certificate we trust."""


def problem(url: str) -> str:
    """Why no connector may have this address, in English; empty when it may. A name is judged again when it is resolved."""
    if url.startswith(f"{standin.SCHEME}/"):
        return ""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        return f"url: {error}"
    host = parts.raw_host.decode("ascii")
    if parts.scheme not in ("https", "http") or not host:
        return "url: an address that begins with https:// is needed"
    if parts.scheme == "http" and not _named(host):
        return f"url: https:// is needed; plain http:// only to hosts in YITONG_CONNECTOR_HOSTS, which lacks {host}"
    if is_address(host) and not reachable(host, named=_named(host)):
        return f"url: connectors must not reach {host}; private addresses stand in YITONG_CONNECTOR_HOSTS"
    return ""


def limit(seconds: float) -> httpx.Timeout:
    """All of one exchange is to be over in so many seconds. For the clients made here only: the limits are instants."""
    end = time.monotonic() + seconds
    return httpx.Timeout(connect=end, read=end, write=end, pool=seconds)


@lru_cache(maxsize=1)
def client(process: int) -> httpx.Client:
    """One pool of connections per process (a forked one must not share its parent's sockets)."""
    return httpx.Client(transport=_Transport(), trust_env=False, follow_redirects=False)


class _Transport(httpx.HTTPTransport):
    """httpx takes no network backend; httpcore, on which it stands, does."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(),
            max_connections=64,
            keepalive_expiry=20,
            network_backend=_Backend(),
        )


def _trust() -> ssl.SSLContext:
    """The usual authorities and those the operator named."""
    context = httpx.create_ssl_context(trust_env=False)
    if settings.YITONG_CONNECTOR_CA:
        context.load_verify_locations(cadata=settings.YITONG_CONNECTOR_CA)
    return context


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses only. ``timeout`` is an instant."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first of the allowed addresses that answers. Raises Forbidden when the name has no allowed one."""
        refused: Exception = Forbidden()
        for address in _allowed(host, port, _left(timeout, httpcore.ConnectTimeout)):
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                found = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return _Stream(found)
        raise refused


class _Stream(httpcore.NetworkStream):
    """A connection whose every step has as long as is left of the whole."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        try:
            return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise Untrusted from error
            raise

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(end: float | None, over: type[Exception]) -> float:
    """Seconds until ``end``; raises ``over`` when there are none."""
    left = (end or 0.0) - time.monotonic()
    if left <= 0:
        raise over("the time for the whole exchange is over")
    return left


def _allowed(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, as far as a connector may reach them: the stand-in's own, else those the rule allows."""
    local = httpx.URL(settings.YITONG_STANDIN_URL)
    is_standin = (host, port) == (local.host, local.port or (443 if local.scheme == "https" else 80))
    addresses = list(dict.fromkeys(str(each[4][0]) for each in _resolved(host, port, seconds)))
    return [each for each in addresses if is_standin or reachable(each, named=_named(host))]


def _resolved(host: str, port: int, seconds: float) -> list[Any]:
    """What the system's resolver says of the name, which takes no limit: it is asked in a thread, left alone when it is late.

    Only new connections ask, and a source that fails is soon asked no more: such threads are few, and the resolver ends them.
    """
    said: SimpleQueue[list[Any] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            said.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            said.put(error)

    Thread(target=ask, name="connector-resolver", daemon=True).start()
    try:
        found = said.get(timeout=seconds)
    except Empty:
        raise httpcore.ConnectTimeout("the name was not resolved in time") from None
    if isinstance(found, Exception):
        raise httpcore.ConnectError(str(found)) from found
    return found


def _named(host: str) -> bool:
    return host.lower() in settings.YITONG_CONNECTOR_HOSTS
