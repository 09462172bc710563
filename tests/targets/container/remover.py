"""Speaks Ryuk's protocol in a container: the image of the real one comes from a registry.

As that one's README describes it: a client sends `label=KEY=VALUE` in a line and gets `ACK`; once
no client is connected any more, and none has come back within a while, all that has one of the
labels is removed. https://github.com/testcontainers/moby-ryuk
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import socketserver
import threading
from urllib.parse import parse_qs, quote

PORT = 8080
SOCKET = "/var/run/docker.sock"
RECONNECTION_SECONDS = float(os.environ["RYUK_RECONNECTION_TIMEOUT"].removesuffix("s"))

labels: set[str] = set()
connected = 0
changed = threading.Condition()


class Client(socketserver.StreamRequestHandler):
    def handle(self):
        global connected
        with changed:
            connected += 1
        for line in self.rfile:
            labels.update(parse_qs(line.decode().strip())["label"])
            self.wfile.write(b"ACK\n")
        with changed:
            connected -= 1
            changed.notify_all()


def ask(method, path):
    connection = http.client.HTTPConnection("docker")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(SOCKET)
    connection.request(method, f"/v1.40{path}")
    text = connection.getresponse().read()
    return json.loads(text) if text else None


def remove():
    for label in labels:
        wanted = f"filters={quote(json.dumps({'label': [label]}))}"
        for container in ask("GET", f"/containers/json?all=1&{wanted}"):
            ask("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        for network in ask("GET", f"/networks?{wanted}"):
            ask("DELETE", f"/networks/{network['Id']}")
        for volume in ask("GET", f"/volumes?{wanted}")["Volumes"] or []:
            ask("DELETE", f"/volumes/{volume['Name']}?force=1")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main():
    server = Server(("0.0.0.0", PORT), Client)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with changed:
        while True:
            changed.wait_for(lambda: labels and not connected)
            if not changed.wait_for(lambda: connected, timeout=RECONNECTION_SECONDS):
                break
    remove()


if __name__ == "__main__":
    main()
