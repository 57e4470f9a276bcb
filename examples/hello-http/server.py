"""An ordinary web server: it knows nothing of Thaw but the port to listen on.

It is frozen once it listens; every request is answered by a VM of its own that begins there.
"""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

requests_seen = 0


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        self.greet(parse_qs(urlsplit(self.path).query).get("name", ["world"])[0])

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.greet(json.loads(body).get("name", "world"))
        except (ValueError, AttributeError):
            self.send_error(400, "a JSON object is expected")

    def greet(self, name):
        global requests_seen
        requests_seen += 1
        answer = {"message": f"Hello, {name}!", "requests_seen": requests_seen, "path": self.path, "time": time.time()}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Hello)
    print("listening on port", server.server_port)
    server.serve_forever()
