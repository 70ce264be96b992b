"""ops/torture faults: the kernel refuses a call of the real programs, each one in turn.

strace has the N-th call of a kind fail in every thread of one program, for N from 1 until a run in which nothing was left
to fail; and the whole home lies on disks that are too small by more or less. Then sound programs finish the work. What `moire submit` printed as accepted must end once, with the events of an
undisturbed run; nobody may die of a signal; a submission whose fsync failed must not be called accepted."""
import argparse
import collections
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import seeds

# What one program asks of the disk, and how it can be refused.
FAULTS = (
    ("openat", "EMFILE"), ("openat", "EIO"), ("write,pwrite64,ftruncate", "ENOSPC"), ("write,pwrite64", "EIO"),
    ("fsync,fdatasync", "EIO"), ("read,pread64,getdents64", "EIO"), ("rename,renameat,renameat2", "EIO"),
    ("mkdir,mkdirat", "ENOSPC"), ("unlink,unlinkat,rmdir", "EIO"), ("flock,fcntl", "EIO"),
)
ROLES = ("submit", "coordinator", "worker")
OPEN = ("queued", "released", "waiting")


def arguments(words):
    parser = argparse.ArgumentParser(prog="ops/torture faults")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--calls-max", type=int, default=400)
    parser.add_argument("--role", choices=ROLES, action="append")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--moire")
    return parser.parse_args(words)


class Fleet:
    """A home in memory, two clips, and the programs."""

    def __init__(self, moire, work, clips, seconds):
        self.moire, self.work, self.clips, self.seconds = moire, work, clips, seconds
        self.home, self.log = f"{work}/home", f"{work}/strace"

    def command(self, role, prefix=()):
        words = [*prefix, self.moire, role, "--home", self.home]
        if role == "submit":
            words += self.clips
        if role == "worker":
            words += ["--slots", "1", "--grace", "1", "--log-level", "error"]
        return words

    def start(self, role, prefix=()):
        said = open(f"{self.work}/{role}.said", "wb")
        return subprocess.Popen(self.command(role, prefix), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)

    def submit(self, prefix=()):
        """What it printed as accepted, and its exit status."""
        process = self.start("submit", prefix)
        told, _ = process.communicate(timeout=60)
        return set(re.findall("^([0-9a-f]{32})  ", told.decode(), re.MULTILINE)), process.returncode

    def reset(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def waiting(self):
        """Ids of the jobs in the inbox's whole files; checked here and not by the program."""
        ids, folder = set(), f"{self.home}/queue/inbox"
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            with open(f"{folder}/{name}", "rb") as file:
                head, _, body = file.read().partition(b"\n")
            if name[0] != "." and head == b"moire.inbox/1 " + hashlib.sha256(body).hexdigest().encode():
                ids |= set(re.findall(r'"id":"([0-9a-f]{32})"', body.decode()))
        return ids

    def query(self, sql):
        if not os.path.exists(f"{self.home}/store.sqlite"):
            return []
        try:
            with sqlite3.connect(f"file:{self.home}/store.sqlite?mode=ro", uri=True, timeout=1) as store:
                return store.execute(sql).fetchall()
        except sqlite3.Error:
            return []

    def jobs(self):
        return {row[0]: row[1:] for row in self.query("SELECT id, state, outcome_kind, outcome_reason FROM jobs")}

    def events(self):
        return {row[0] for row in self.query("SELECT event_id FROM events WHERE type != 'match.searched'")}

    def is_done(self, ids):
        jobs = self.jobs()
        left = [name for part in ("inbox", "results") for name in os.listdir(f"{self.home}/queue/{part}") if name[0] != "."]
        return ids <= jobs.keys() and not left and all(job[0] not in OPEN for job in jobs.values())

    def until(self, seconds, holds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if holds():
                return True
            time.sleep(0.03)
        return False

    def stop(self, *processes):
        """Their exit statuses."""
        for process in processes:
            if process.poll() is not None:
                continue
            target = process.pid
            # strace passes nothing on that it is sent itself.
            for child in children(process.pid) if "strace" in process.args[0] else ():
                target = child
            try:
                os.kill(target, signal.SIGTERM)
            except ProcessLookupError:
                pass
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
            process.stdout.close()
        return [process.returncode for process in processes]

    def finish(self, ids):
        """Sound programs do the rest, and what died of a refused call once more. Why not, if they cannot."""
        for again in (False, True):
            if again:
                if not any(job[0] == "dead" for job in self.jobs().values()):
                    return None
                subprocess.run([self.moire, "jobs", "retry", "--home", self.home, "--dead"], check=True, capture_output=True)
            pair = [self.start("coordinator"), self.start("worker")]
            if again:
                self.until(10, lambda: not os.listdir(f"{self.home}/queue/inbox"))
            done = self.until(40, lambda: self.is_done(ids))
            self.stop(*pair)
            if not done:
                return f"{self.jobs()} after 40 s, accepted {sorted(ids)}"
        jobs = self.jobs()
        return None if all(job[0] == "done" for job in jobs.values()) else f"cannot be done again: {jobs}"


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def prefix(fleet, calls, error, number):
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-o", fleet.log, "-e", f"trace={calls}", "-e", "signal=none",
            "-e", f"inject={calls}:error={error}:when={number}"]


def injected(fleet):
    try:
        with open(fleet.log, errors="replace") as log:
            return [line.strip() for line in log if "(INJECTED)" in line]
    except FileNotFoundError:
        return []


def try_submit(fleet, before):
    """What did not hold; the number of refused calls is in the log."""
    told, status = fleet.submit(before)
    refused = injected(fleet)
    wrong = []
    if status < 0 or status >= 128:
        wrong.append(f"submit died: {status}")
    if not told <= fleet.waiting():
        wrong.append("printed as accepted and not there")
    if (told or status == 0) and any("fsync" in line or "fdatasync" in line for line in refused):
        wrong.append(f"accepted although {refused[0]}")
    if status == 0 and len(fleet.waiting()) < len(fleet.clips):
        wrong.append("ended with 0 and accepted too little")
    # Sent again, as its caller would.
    told, status = fleet.submit()
    if status != 0 or fleet.waiting() != told:
        wrong.append(f"sent again it ended with {status}")
    return wrong


def try_part(fleet, role, before, undisturbed):
    ids, status = fleet.submit()
    other = fleet.start("worker" if role == "coordinator" else "coordinator")
    faulted = fleet.start(role, before)
    fleet.until(fleet.seconds, lambda: faulted.poll() is not None or fleet.is_done(ids))
    faulted_status, _ = fleet.stop(faulted, other)
    wrong = []
    # 143: it was stopped before it could listen.
    if faulted_status not in (-15, 143) and (faulted_status < 0 or faulted_status >= 128):
        with open(f"{fleet.work}/{role}.said", errors="replace") as said:
            wrong.append(f"{role} died: {faulted_status}; {said.read()[-300:]}")
    why = fleet.finish(ids)
    if why:
        wrong.append(why)
    events = fleet.events()
    if not undisturbed <= events:
        wrong.append(f"{len(undisturbed - events)} events are missing")
    retried = fleet.query("SELECT count(*) FROM attempts")[0][0] > len(ids)
    if not retried and events != undisturbed:
        wrong.append(f"{len(events - undisturbed)} events that an undisturbed run does not have")
    return wrong


def mount(*words):
    return subprocess.run(["mount", *words], capture_output=True).returncode == 0


def try_full_disk(fleet, kilobytes):
    """A home on a disk of this size, which becomes large when everybody has met its end. What did not hold; None where
    nothing can be mounted."""
    fleet.reset()
    os.mkdir(fleet.home)
    if not mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", fleet.home):
        return None
    wrong = []
    try:
        told, status = fleet.submit()
        if status == 0 and fleet.waiting() != told or not told <= fleet.waiting():
            wrong.append(f"submit ended with {status} and accepted {sorted(fleet.waiting())}")
        parts = [fleet.start(role) for role in ("coordinator", "worker")]
        if told:
            fleet.until(fleet.seconds, lambda: fleet.is_done(told) or all(part.poll() is not None for part in parts))
        else:
            time.sleep(0.5)
        for part, status in zip(("coordinator", "worker"), fleet.stop(*parts)):
            if status < 0 and status != -signal.SIGTERM:
                wrong.append(f"{part} died: {status}")
        mount("-o", "remount,size=1g", fleet.home)
        again, status = fleet.submit()
        if status != 0 or not told <= again:
            wrong.append(f"with room again, submit ended with {status}")
        why = fleet.finish(again)
        if why:
            wrong.append(why)
    finally:
        subprocess.run(["umount", "-l", fleet.home])
    return wrong


def full_disks(fleet, every):
    """Disks of 32 KB to 1 MB: from too small for the queue's folders to large enough for all. Runs, and how many were
    wrong."""
    tries, wrong = 0, 0
    for kilobytes in range(32, 1025, 32 * every):
        found = try_full_disk(fleet, kilobytes)
        if found is None:
            print("full disks are left out: nothing can be mounted here")
            break
        tries += 1
        for sentence in found:
            wrong += 1
            print(f"  WRONG: a disk of {kilobytes} KB: {sentence}", flush=True)
    print(f"disks of 32 KB to 1 MB, full: {tries} runs", flush=True)
    fleet.reset()
    return tries, wrong


def undisturbed(fleet):
    fleet.reset()
    ids, _ = fleet.submit()
    why = fleet.finish(ids)
    if why:
        sys.exit(f"ops/torture: even a sound fleet does not end: {why}")
    return fleet.events()


def main(words):
    root, options = words[0], arguments(words[1:])
    moire = options.moire or f"{root}/.build/release/moire"
    wrong, total, begun = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="moire-faults.", dir="/dev/shm") as work:
        os.mkdir(f"{work}/clips")
        seeds.CLIPS = {name: seeds.CLIPS[name] for name in ("sound.wav", "picture.gif")}
        fleet = Fleet(moire, work, seeds.draw(f"{work}/clips"), options.seconds)
        events = undisturbed(fleet)
        if not options.role:
            tries, found = full_disks(fleet, options.every)
            total, wrong = total + tries, wrong + found
        for role in options.role or ROLES:
            for calls, error in FAULTS:
                tries, refused, number = 0, 0, 1
                while number <= options.calls_max:
                    fleet.reset()
                    if os.path.exists(fleet.log):
                        os.remove(fleet.log)
                    before = prefix(fleet, calls, error, number)
                    found = try_submit(fleet, before) if role == "submit" else try_part(fleet, role, before, events)
                    lines = injected(fleet)
                    for sentence in found:
                        wrong += 1
                        print(f"  WRONG: {role}, {error} at call {number} of {calls}: {sentence}\n    {lines[:3]}", flush=True)
                    if not lines:
                        break
                    tries, refused = tries + 1, refused + len(lines)
                    number += 1 if number < 10 else options.every
                total += tries
                print(f"{role:12} {error:7} {calls:28} {tries:4} runs, {refused:5} calls refused, "
                      f"{time.monotonic() - begun:.0f} s", flush=True)
    print(f"\n{total} runs in which something was refused, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main(sys.argv[1:])
