#!/usr/bin/env python3
"""Durable puts, and reserves with delete, a second of a beanstalkd: bench-queue-beanstalkd.py PORT JOBS CLIENTS."""
import json
import socket
import sys
import threading
import time

PORT, JOBS, CLIENTS = (int(word) for word in sys.argv[1:4])
BODY = b"x" * 400  # about what a job of Moiré's has


def connection():
    plug = socket.create_connection(("127.0.0.1", PORT))
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plug.makefile("rwb", buffering=1 << 16)


def expect(stream, word):
    line = stream.readline()
    if not line.startswith(word):
        raise SystemExit(f"beanstalkd said {line!r}, not {word!r}")
    return line.split()


def put(count):
    stream = connection()
    for _ in range(count):
        stream.write(b"put 0 0 60 %d\r\n%s\r\n" % (len(BODY), BODY))
        stream.flush()
        expect(stream, b"INSERTED")


def take(count):
    stream = connection()
    for _ in range(count):
        stream.write(b"reserve\r\n")
        stream.flush()
        _, job, size = expect(stream, b"RESERVED")
        stream.read(int(size) + 2)
        stream.write(b"delete %s\r\n" % job)
        stream.flush()
        expect(stream, b"DELETED")


def rate(body):
    began = time.monotonic()
    threads = [threading.Thread(target=body, args=(JOBS // CLIENTS,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(JOBS // CLIENTS * CLIENTS / (time.monotonic() - began))


print(json.dumps({"enqueue_per_second": rate(put), "claim_commit_per_second": rate(take)}))
