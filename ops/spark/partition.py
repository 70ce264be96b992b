"""One partition: lines in, records out, committed once.

## Why a partition is in the output exactly once

A task writes to a file of its own name (`_attempts/part-00007.jsonl.<random>`), whole and synced, and then *links* it to
its partition's name. `link` is one step, and fails where the name is taken: of any number of attempts, whether Spark
tried again after a lost executor, ran a slow task twice (speculative execution), or a task outlived a driver that was
started again, the first to finish is kept whole and the others are dropped. A reader sees either nothing or a whole
partition. So the driver needs no commit of its own, and partitions that are there when it starts are done.

That asks of the output folder what POSIX file systems give, NFS among them. Object stores have no `link`; there, let
Spark write the records (`DataFrame.write.text`), whose committer asks the driver which attempt may commit.
"""

import json
import os
import subprocess
import tempfile
import threading
import uuid

import manifest

ATTEMPTS = "_attempts"


def name(number):
    return f"part-{number:05d}.jsonl"


def is_committed(out, number):
    return os.path.exists(os.path.join(out, name(number)))


class ExtractorError(Exception):
    """The program ended before it had answered every line. Spark tries the task again."""


def answers(lines, command):
    """For each line that goes in, the line that comes out of `command`, in order.

    A file that cannot be decoded is an answer like any other; only the end of the program itself is an error.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

        def feed():
            try:
                for line in lines:
                    process.stdin.write(line + b"\n")
                process.stdin.close()
            except BrokenPipeError:
                pass  # It ended; its exit status says why.

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            count = 0
            for answer in process.stdout:
                count += 1
                yield answer
            status = process.wait()
            if status not in (0, 1) or count != len(lines):
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip().splitlines()
                raise ExtractorError(
                    f"{command[0]} ended with {status} after {count} of {len(lines)} lines: {' '.join(said[-3:])}")
        finally:
            process.kill()
            process.wait()
            feeder.join()
            process.stdout.close()


def extract(task, out, command):
    """Does one partition and commits it. Gives (number, lines, lines without a result)."""
    number, start, end = task
    lines = manifest.read(os.path.join(out, "_manifest.jsonl"), start, end)
    attempt = os.path.join(out, ATTEMPTS, f"{name(number)}.{uuid.uuid4().hex}")
    failed = 0
    try:
        with open(attempt, "wb") as file:
            for answer, line in zip(answers(lines, command), lines):
                asked, record = json.loads(line), json.loads(answer)
                outcome = record["outcome"]
                if outcome["kind"] not in ("complete", "partial"):
                    failed += 1
                # The outcome stands first, so that counting needs no parsing of what follows.
                file.write(json.dumps(
                    {"outcome": outcome["kind"], "reason": outcome["reason"], **asked, "extract": record},
                    ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        commit(attempt, out, number)
    finally:
        os.unlink(attempt)
    return number, len(lines), failed


def commit(attempt, out, number):
    """Makes an attempt's file the partition; false where another attempt's is it already."""
    try:
        os.link(attempt, os.path.join(out, name(number)))
    except FileExistsError:
        return False
    folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
