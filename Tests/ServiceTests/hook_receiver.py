"""Takes webhook messages on loopback: hook_receiver.py FAILURES LOG

Prints its port, answers the first FAILURES messages with 500 and the rest with 204, and writes each as a line of JSON.
Ends when its standard input does.
"""
import http.server
import json
import sys
import threading

failures, log = int(sys.argv[1]), sys.argv[2]
taken = 0


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global taken
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with open(log, "a") as lines:
            lines.write(json.dumps({"headers": headers, "body": body}) + "\n")
        taken += 1
        self.send_response(500 if taken <= failures else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
