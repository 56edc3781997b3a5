"""XML-RPC over supervisord's UNIX socket, with a time limit."""

import http.client
import socket
import xmlrpc.client
from typing import Any

_TIMEOUT = 10.0  # seconds; a frozen supervisord must not freeze the command line


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_TIMEOUT)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise


class UnixTransport(xmlrpc.client.Transport):
    """Carries calls to one socket."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        """Open a connection for each call: supervisord closes idle ones."""
        self.close()
        connection = _UnixConnection(self._path)
        self._connection = (host, connection)
        return connection
