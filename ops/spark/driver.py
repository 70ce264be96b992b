"""Extracts a manifest's videos on Spark: one partition a task, each task a `moire extract --stdin`.

See `run` for how it is called and partition.py for why every line is in the output exactly once.
"""

import argparse
import collections
import fcntl
import json
import os
import re
import shutil
import sys
import threading
import time

import manifest
import partition

COUNTED = re.compile(rb'^\{"outcome":"([a-z_]+)","reason":"([^"]*)"')


class Refusal(Exception):
    """Wrong usage; its sentence says what to do."""


def arguments(argv):
    parser = argparse.ArgumentParser(prog="ops/spark/run", add_help=False)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--partition-size", type=int, default=1000)
    parser.add_argument("--fingerprint", action="store_true")
    parser.add_argument("--deadline", type=float)
    parser.add_argument("--speculate", action="store_true")
    parser.add_argument("--moire", required=True)
    parser.add_argument("--conf", action="append", default=[])
    options = parser.parse_args(argv)
    if not 1 <= options.partition_size <= 100_000:
        parser.error("--partition-size takes 1 to 100000 lines")
    if any("=" not in setting for setting in options.conf):
        parser.error("--conf takes KEY=VALUE")
    return options


def command(options):
    words = [os.path.abspath(options.moire), "extract", "--stdin", "--format", "jsonl", "--slots", "1"]
    if options.fingerprint:
        words.append("--fingerprint")
    if options.deadline:
        words += ["--deadline", str(options.deadline)]
    return words


def prepare(options):
    """Makes the output folder, or takes up what is in it. Gives (partitions, lines)."""
    out = options.out
    os.makedirs(os.path.join(out, partition.ATTEMPTS), exist_ok=True)
    fresh = os.path.join(out, "_manifest.jsonl.new")
    partitions, lines, digest = manifest.prepare(options.manifest, fresh, options.partition_size)
    facts = {"manifest_digest": digest, "partition_size": options.partition_size, "lines": lines,
             "fingerprint": options.fingerprint}
    place = os.path.join(out, "_manifest.json")
    if os.path.exists(place):
        with open(place, encoding="utf-8") as file:
            known = json.load(file)
        if known != facts:
            os.unlink(fresh)
            changed = " and ".join(name for name in facts if facts[name] != known.get(name))
            raise Refusal(f"{out} holds partitions of another {changed}; name another --out, or empty it")
    # Moved in before the facts that vouch for it.
    os.replace(fresh, os.path.join(out, "_manifest.jsonl"))
    with open(place + ".new", "w", encoding="utf-8") as file:
        json.dump(facts, file, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(place + ".new", place)
    return partitions, lines


def session(options):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    is_local = options.master.startswith("local")
    if is_local:
        # One machine's processes have nothing to say to the network.
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        os.environ["SPARK_LOCAL_HOSTNAME"] = "localhost"
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(options.master).appName("moire extract")
    settings = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.speculation": str(options.speculate).lower(),
        # What a lost executor costs is the task at hand, so it may happen often on a cluster that gives and takes.
        "spark.task.maxFailures": "8",
    }
    settings.update(setting.split("=", 1) for setting in options.conf)
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    here = os.path.dirname(os.path.abspath(__file__))
    for module in ("manifest.py", "partition.py"):
        spark.sparkContext.addPyFile(os.path.join(here, module))
    return spark


class Progress(threading.Thread):
    """A line in place on a terminal, one every ten seconds elsewhere, on standard error."""

    def __init__(self, out, tasks, lines_a_task):
        super().__init__(daemon=True)
        self.out, self.tasks, self.lines_a_task = out, tasks, lines_a_task
        self.over = threading.Event()

    def run(self):
        started, is_terminal = time.monotonic(), sys.stderr.isatty()
        while not self.over.wait(0.5 if is_terminal else 10):
            done = sum(partition.is_committed(self.out, number) for number, _, _ in self.tasks)
            spent = time.monotonic() - started
            left = f"about {clock(spent / done * (len(self.tasks) - done))} left" if done else ""
            bar = "█" * (28 * done // len(self.tasks))
            text = (f"moire on Spark  {bar:░<28}  {done}/{len(self.tasks)} partitions of {self.lines_a_task} lines  "
                    f"{left}")
            sys.stderr.write(f"\r\x1b[2K{text}" if is_terminal else f"{text}\n")
            sys.stderr.flush()

    def finish(self):
        self.over.set()
        self.join()
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[2K")


def clock(seconds):
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def count(out, partitions):
    """How often each outcome and reason is in the output, by frequency."""
    counts = collections.Counter()
    for number in range(partitions):
        with open(os.path.join(out, partition.name(number)), "rb") as file:
            for line in file:
                counts.update([tuple(part.decode() for part in COUNTED.match(line).groups())])
    return counts.most_common()


def main(argv):
    options = arguments(argv)
    options.out = os.path.abspath(options.out)
    os.makedirs(options.out, exist_ok=True)
    lock = open(os.path.join(options.out, "_lock"), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refusal(f"another driver writes to {options.out}; wait for it, or stop it first") from None
    partitions, lines = prepare(options)
    attempts = os.path.join(options.out, partition.ATTEMPTS)
    for left in os.listdir(attempts):
        os.unlink(os.path.join(attempts, left))
    tasks = [(number, *ends) for number, ends in enumerate(partitions)
             if not partition.is_committed(options.out, number)]
    if len(tasks) < len(partitions):
        print(f"{len(partitions) - len(tasks)} of {len(partitions)} partitions are there already", file=sys.stderr)
    if tasks:
        spark = session(options)
        progress = Progress(options.out, tasks, options.partition_size)
        progress.start()
        try:
            out, words = options.out, command(options)
            spark.sparkContext.parallelize(tasks, len(tasks)).mapPartitions(
                lambda part: [partition.extract(task, out, words) for task in part]).collect()
        finally:
            progress.finish()
            spark.stop()
    shutil.rmtree(attempts)
    told, failed = count(options.out, len(partitions)), 0
    print(f"{options.out}: {lines} lines in {len(partitions)} partitions")
    for (outcome, reason), number in told:
        failed += 0 if outcome in ("complete", "partial") else number
        print(f"{number:>11}  {outcome}  {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refusal, manifest.ManifestError) as refusal:
        print(f"ops/spark/run: {refusal}", file=sys.stderr)
        sys.exit(2)
    except FileNotFoundError as error:
        print(f"ops/spark/run: {error.filename} is not there", file=sys.stderr)
        sys.exit(2)
    except Exception as error:  # Spark's own, and what a machine lacks.
        print(f"ops/spark/run: {str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__}; "
              "what is committed stays, the same command goes on", file=sys.stderr)
        sys.exit(3)
