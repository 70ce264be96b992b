"""One batch through the real `moire run`, and a watch on its processes that takes nothing from their own word."""
import json
import os
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Looks at a process and its descendants until told to stop: which processes of the fleet there were, and how old a
    decode child became. A decoder's child is a decode child; it lives for one file."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.stopping = pid, threading.Event()
        self.parts, self.oldest_seconds = {}, 0.0

    def run(self):
        while not self.stopping.wait(0.1):
            self.look()

    def look(self):
        processes = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    text = file.read()
                fields = text[text.rindex(")") + 2:].split()
                comm = text[text.index("(") + 1:text.rindex(")")]
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except (OSError, ValueError):
                continue
            processes[int(name)] = (int(fields[1]), comm, int(fields[19]) / TICKS, words, fields[0])
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        for pid, (parent, comm, started, words, state) in processes.items():
            if not self.is_ours(pid, processes):
                continue
            if len(words) > 1 and words[1] in (b"coordinator", b"worker", b"scorer"):
                self.parts.setdefault(words[1].decode(), set()).add(pid)
            # A child that is dead already waits for its parent to be scheduled; it does no harm any more.
            if comm == "moire-decoder" and processes.get(parent, (0, ""))[1] == "moire-decoder" and state != "Z":
                self.oldest_seconds = max(self.oldest_seconds, now - started)

    def is_ours(self, pid, processes):
        for _ in range(16):
            if pid == self.pid:
                return True
            if pid not in processes:
                return False
            pid = processes[pid][0]
        return False

    def stop(self):
        self.stopping.set()
        self.join()


def run(moire, folder, home, slots, deadline):
    """Runs a folder's files. Returns its jobs as `moire jobs list` has them, what the watch saw, and what it said."""
    said = f"{home}.log"
    with open(said, "w") as log:
        process = subprocess.Popen(
            [moire, "run", "--home", home, "--no-report", "--slots", str(slots), "--deadline", str(deadline), folder],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        watch = Watch(process.pid)
        watch.start()
        status = process.wait()
        watch.stop()
    listed = subprocess.run(
        [moire, "jobs", "list", "--home", home, "--limit", "1000000", "--format", "jsonl"], capture_output=True, text=True)
    jobs = [json.loads(line) for line in listed.stdout.splitlines()]
    with open(said) as log:
        return status, jobs, watch, log.read()
