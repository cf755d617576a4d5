"""A network between a client and a server that breaks at a given moment."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class SeveringProxy:
    """Hands on what a client says to a server on this machine, until the client says some words.

    Args:
        port: of the server.
        at: the words.
        arrives: whether the server still gets them, and answers; the client never hears it.
        closes: whether nobody gets through any more afterwards, by other connections neither.
    """

    def __init__(self, port: int, *, at: bytes, arrives: bool, closes: bool = False) -> None:
        self.severed = False
        self._server = ("127.0.0.1", port)
        self._at = at
        self._arrives = arrives
        self._closes = closes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[socket.socket] = []

    def through(self, location: str) -> str:
        """A location that leads through this network."""
        return location.replace(f":{self._server[1]}/", f":{self.port}/")

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for each in (self._listener, *self._connections):
            _close(each)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._connections += [client, server]
                for each in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._hand_on, args=each, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_client and self._at in data and not self.severed:
                    self._sever(source, target, data)
                    return
                target.sendall(data)
        _close(source)
        _close(target)

    def _sever(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        self.severed = True
        _close(client)
        if self._closes:
            for each in (self._listener, *self._connections):
                if each is not server:
                    _close(each)
        if self._arrives:
            server.sendall(data)
            # The other direction has read the answer, and found nobody to hand it to.
            with suppress(OSError):
                server.settimeout(1)
                while server.recv(65536):
                    pass
        _close(server)


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
