"""Asks a real service for what ops/bench service measures. Standard library alone.

Submissions are sent at their times whether or not earlier ones were answered (an open loop), so that a slow service
shows as latency and not as a lower rate. Latency is counted from the moment at which a request was to be sent.
"""
import argparse
import http.client
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def milliseconds(values):
    return "p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms" % tuple(
        1000 * percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)
    )


class Service:
    def __init__(self, programs, home, clips, slots):
        self.home = home
        token = [programs / "moire-api", "token", "create", "--home", home, "--name", "bench"]
        for scope in ("submit", "lookup", "review", "admin"):
            token += ["--scope", scope]
        self.token = subprocess.run(token, check=True, capture_output=True, text=True).stdout.strip()
        arguments = [programs / "moire-api", "serve", "--home", home, "--port", "0", "--media-root", clips]
        self.process = subprocess.Popen(
            arguments + ["--log-level", "warning", "--with-fleet", "--slots", str(slots)],
            stdout=subprocess.PIPE, text=True,
        )
        self.address = self.process.stdout.readline().split()[-1].removeprefix("http://")

    def connect(self):
        return http.client.HTTPConnection(self.address, timeout=120)

    def ask(self, connection, method, path, body=None, kind="application/json"):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": kind}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def get(self, path):
        status, body = self.ask(self.connect(), "GET", path)
        assert status == 200, (status, body)
        return json.loads(body)

    def jobs(self):
        return sum(depth["jobs"] for depth in self.get("/v1/status")["depths"])

    def end(self):
        self.process.terminate()
        self.process.wait(60)


def submissions(service, clip, rate, seconds):
    """Requests of one job each, `rate` a second."""
    due = queue.SimpleQueue()
    accepted, refused, latencies, errors = [], [], [], []

    def send():
        connection = service.connect()
        while (item := due.get()) is not None:
            index, at = item
            job = json.dumps({"path": clip, "key": "bench-%d" % index, "video_id": "bench-%d" % index, "lane": "backfill"})
            try:
                status, body = service.ask(connection, "POST", "/v1/jobs", job)
            except (OSError, http.client.HTTPException) as error:
                errors.append(repr(error))
                connection = service.connect()
                continue
            latencies.append(time.monotonic() - at)
            if status == 202:
                accepted.append(json.loads(body)["id"])
            elif status == 429:
                refused.append(index)
            else:
                errors.append("%d %r" % (status, body[:200]))

    senders = [threading.Thread(target=send) for _ in range(64)]
    for sender in senders:
        sender.start()
    begun = time.monotonic()
    for index in range(int(rate * seconds)):
        at = begun + index / rate
        pause = at - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        due.put((index, at))
    for _ in senders:
        due.put(None)
    for sender in senders:
        sender.join()
    took = time.monotonic() - begun
    print("submissions  %d at %g/s in %.1f s: %d accepted, %d told to come back (429), %d errors" % (
        rate * seconds, rate, took, len(accepted), len(refused), len(errors)))
    print("             %s" % milliseconds(latencies))
    for error in errors[:3]:
        print("             %s" % error)
    # Every accepted job must be in the ledger.
    wanted, end = len(set(accepted)), time.monotonic() + 120
    while service.jobs() < wanted and time.monotonic() < end:
        time.sleep(0.5)
    print("             in the ledger %.1f s after the last: %d of %d accepted" % (
        time.monotonic() - begun - took, service.jobs(), wanted))
    return not errors and service.jobs() >= wanted


def lookups(service, clips, count):
    """One after another, as a person or an ingestion service asks."""
    connection, latencies = service.connect(), []
    bodies = [Path(clip).read_bytes() for clip in clips]
    for index in range(count):
        begun = time.monotonic()
        status, body = service.ask(
            connection, "POST", "/v1/lookups?mode=precheck&hashes=false", bodies[index % len(bodies)],
            "application/octet-stream")
        assert status == 200, (status, body[:200])
        latencies.append(time.monotonic() - begun)
    return latencies


def main():
    parser = argparse.ArgumentParser()
    for name in ("programs", "clips", "home"):
        parser.add_argument("--" + name, type=Path, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--lookups", type=int, required=True)
    parser.add_argument("--slots", type=int, default=os.cpu_count())
    options = parser.parse_args()
    def films(*creators):
        return sorted(str(path) for path in options.clips.rglob("*.mp4") if path.parent.name in creators)

    # Asked about, and the archive: other films, so that an answer costs the same beside it and the processors alone
    # are shared.
    clips = films("tide-pool", "kitchen-lab", "night-tram", "trail-notes", "clip-harbor")
    others = films("desk-tour", "fractal-lab", "old-phone", "screen-room", "quiet-frames")
    good = True

    # Lookups: alone, then beside a fleet that is kept busy with an archive.
    service = Service(options.programs, options.home / "lookups", options.clips, options.slots)
    connection = service.connect()
    for clip in clips:
        service.ask(connection, "POST", "/v1/jobs", json.dumps({"path": clip}))
    while any(depth["state"] in ("queued", "released") for depth in service.get("/v1/status")["depths"]):
        time.sleep(0.2)
    lookups(service, clips, len(clips))
    alone = lookups(service, clips, options.lookups)
    jobs = [
        {"path": others[index % len(others)], "key": "archive-%d" % index, "video_id": "archive-%d" % index,
         "lane": "backfill"}
        for index in range(1000)
    ]
    service.ask(service.connect(), "POST", "/v1/jobs", json.dumps({"jobs": jobs}))
    time.sleep(3)
    busy = lookups(service, clips, options.lookups)
    open_jobs = sum(
        depth["jobs"] for depth in service.get("/v1/status")["depths"] if depth["state"] in ("queued", "released"))
    service.end()
    print("lookups      alone      %s" % milliseconds(alone))
    print("             backfill   %s" % milliseconds(busy))
    ratio = percentile(busy, 0.99) / percentile(alone, 0.99)
    print("             p99 beside a backfill (%d jobs still open) is %.2f x the p99 alone" % (open_jobs, ratio))

    service = Service(options.programs, options.home / "submissions", options.clips, options.slots)
    # No media at all, so that the fleet really ends each, and none is a copy of thirty thousand others.
    good = submissions(service, str(options.clips / "old-backups/notes.mp4"), options.rate, options.seconds) and good
    service.end()
    print("machine      %d processors, %s" % (os.cpu_count(), " ".join(os.uname()[i] for i in (0, 2, 4))))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
