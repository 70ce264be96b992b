"""An HTTP server on loopback with the manners that a fetch must survive; see MediaServer.swift.

media_server.py FOLDER [CERTIFICATE KEY]   prints its port; ends when its standard input does.

/file/NAME              a file of FOLDER
/bytes/N                N bytes
/lying/SAID/SENT        SENT bytes, announced as SAID
/endless                bytes without end or announcement
/drip/N/SECONDS         N bytes, one each SECONDS
/silent                 no answer at all
/stall/N                N bytes announced and none sent
/status/N[?after=S]     an error with that status, and Retry-After
/redirect/N?to=URL      a redirect with that status; its body is no media
/hops/N                 N redirects to oneself, then 4 bytes
/headers                header lines without end
/garbage, /close        no HTTP; nothing at all
/flaky/N/NAME           status 503 for the first N times, then the file
/seen                   the paths that were asked for, a line each
"""
import http.server
import os
import ssl
import sys
import threading
import time
import urllib.parse

seen = []
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def file(self, name):
        with open(os.path.join(sys.argv[1], os.path.basename(name)), "rb") as file:
            self.answer(200, file.read())

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(address.query)
        kind, *rest = address.path.strip("/").split("/")
        with lock:
            count = seen.count(self.path)
            if kind != "seen":
                seen.append(self.path)
        self.close_connection = True
        try:
            self.behave(kind, rest, query, count)
        except OSError:
            pass  # the client has had enough

    def behave(self, kind, rest, query, count):
        if kind == "file":
            self.file(rest[0])
        elif kind == "bytes":
            self.answer(200, b"x" * int(rest[0]))
        elif kind == "lying":
            self.answer(200, b"x" * int(rest[1]), length=int(rest[0]))
        elif kind == "endless":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            while True:
                self.wfile.write(b"x" * 65536)
        elif kind == "drip":
            self.answer(200, length=int(rest[0]))
            for _ in range(int(rest[0])):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(float(rest[1]))
        elif kind == "silent":
            time.sleep(600)
        elif kind == "stall":
            self.answer(200, length=int(rest[0]))
            time.sleep(600)
        elif kind == "status":
            headers = {"Retry_After": query["after"][0]} if "after" in query else {}
            self.answer(int(rest[0]), b"an error page", **headers)
        elif kind == "redirect":
            self.answer(int(rest[0]), b"not media", Location=query["to"][0])
        elif kind == "hops":
            left = int(rest[0])
            self.answer(302, b"not media", Location=f"/hops/{left - 1}") if left else self.answer(200, b"home")
        elif kind == "headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"x-more: " + b"y" * 1000 + b"\r\n")
        elif kind == "garbage":
            self.wfile.write(b"220 ready when you are\r\n")
        elif kind == "close":
            pass
        elif kind == "flaky":
            self.file(rest[1]) if count >= int(rest[0]) else self.answer(503, b"busy", Retry_After="0")
        elif kind == "seen":
            self.answer(200, "\n".join(seen).encode())
        else:
            self.answer(404, b"no such page")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
