"""The Lambda Runtime API's client: one raw socket, HTTP/1.1 by hand."""

import sys

import _socket

_BASE = "/2018-06-01/runtime/"
_CHUNK = 16384


class RuntimeClient:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.connect((host, int(port)))
        self._read = b""
        self._get_next = self._head("GET", "invocation/next") + b"\r\n"

    @staticmethod
    def _head(method, path):
        return ("%s %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n" % (method, _BASE, path)).encode("ascii")

    def _post(self, path, body):
        return b"%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
            self._head("POST", path), len(body), body)

    def get(self, path):
        self._socket.sendall(self._head("GET", path) + b"\r\n")
        return self._receive()

    def fail(self, path, body):
        self._socket.sendall(self._post(path, body))
        self._receive()

    def first(self):
        """Asks for the first event; without hooks the snapshot is taken while this waits."""
        self._socket.sendall(self._get_next)
        return self._event()

    def answer(self, request_id, kind, body):
        """Hands in what became of an event and asks for the next one, in one packet."""
        self._socket.sendall(self._post("invocation/%s/%s" % (request_id, kind), body) + self._get_next)
        status, _, reply = self._receive()
        if status != 202:
            print("the response was refused: %d %s" % (status, reply.decode("utf-8", "replace")), file=sys.stderr)
        return self._event()

    def _event(self):
        status, headers, payload = self._receive()
        if status != 200:
            print("no event: %d %s" % (status, payload.decode("utf-8", "replace")), file=sys.stderr)
            sys.exit(1)
        return headers["lambda-runtime-aws-request-id"], headers, payload

    def _receive(self):
        """Status, headers by lower-case name, body."""
        data = self._read
        end = data.find(b"\r\n\r\n")
        while end < 0:
            data += self._more(_CHUNK)
            end = data.find(b"\r\n\r\n")
        lines = data[:end].decode("utf-8").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        start = end + 4
        stop = start + int(headers["content-length"])
        if len(data) < stop:
            parts = [data]
            have = len(data)
            while have < stop:
                part = self._more(max(_CHUNK, stop - have))
                parts.append(part)
                have += len(part)
            data = b"".join(parts)
        self._read = data[stop:]
        return int(lines[0][9:12]), headers, data[start:stop]

    def _more(self, size):
        part = self._socket.recv(size)
        if not part:
            sys.exit("the Runtime API closed the connection")
        return part
