"""ops/spark with real processes: MOIRE names the program, MOIRE_CLIPS the folder of the demo clips.

The one test that takes long runs a cluster of two executors on this machine, and kills one of them.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import driver
import manifest
import partition

MOIRE = os.environ["MOIRE"]
CLIPS = os.environ["MOIRE_CLIPS"]
EXTRACT = [MOIRE, "extract", "--stdin", "--format", "jsonl", "--slots", "1"]


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="moire-spark-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        return path


class ManifestTests(Folder):
    def prepared(self, name, text, size):
        partitions, lines, _ = manifest.prepare(self.path(name, text), self.path("out"), size)
        return lines, [[json.loads(line) for line in manifest.read(self.path("out"), *ends)] for ends in partitions]

    def test_partitions_hold_the_lines_in_order_with_what_a_manifest_says_of_them(self):
        lines, partitions = self.prepared(
            "m.jsonl", '{"path":"a.mp4","creator":7}\n\n{"path":"/b/../c.mp4","views":1,"key":null}\n{"path":"d.mp4"}', 2)
        self.assertEqual(lines, 3)
        self.assertEqual(partitions, [
            [{"line": 1, "path": f"{self.folder}/a.mp4", "video": {"creator": 7}},
             {"line": 3, "path": "/c.mp4", "video": {}}],
            [{"line": 4, "path": f"{self.folder}/d.mp4", "video": {}}]])

    def test_a_quoted_newline_is_part_of_a_csv_record(self):
        _, partitions = self.prepared("m.csv", 'path,creator\r\n/a.mp4,"ann\nof the hill"\r\n/b.mp4,"bob, jr"\r\n', 9)
        self.assertEqual([line["video"]["creator"] for line in partitions[0]], ["ann\nof the hill", "bob, jr"])
        self.assertEqual([line["line"] for line in partitions[0]], [2, 4])

    def test_a_line_that_cannot_be_used_is_named(self):
        for text, said in [('{"path":"a"}\n[]\n', "m.jsonl:2: this line is not a JSON object"),
                           ('{"path":"a"}\n{"key":"b"}\n', "m.jsonl:2: the field `path` is missing")]:
            with self.assertRaisesRegex(manifest.ManifestError, said):
                self.prepared("m.jsonl", text, 2)


class PartitionTests(Folder):
    def task(self, clips):
        text = "".join(json.dumps({"path": clip}) + "\n" for clip in clips)
        out = self.path("out")
        os.makedirs(os.path.join(out, partition.ATTEMPTS))
        (ends,), _, _ = manifest.prepare(self.path("m.jsonl", text), os.path.join(out, "_manifest.jsonl"), 100)
        return out, (0, *ends)

    def test_of_two_attempts_the_first_to_finish_stays_whole(self):
        out, _ = self.task(["/no.mp4"])
        for name in ["first", "second"]:
            attempt = os.path.join(out, partition.ATTEMPTS, name)
            with open(attempt, "w", encoding="utf-8") as file:
                file.write(name)
            self.assertEqual(partition.commit(attempt, out, 0), name == "first")
        with open(os.path.join(out, "part-00000.jsonl"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "first")

    def test_files_without_a_result_are_records_and_no_failed_task(self):
        out, task = self.task([f"{CLIPS}/old-backups/notes.mp4", "/no/such.mp4", f"{CLIPS}/kitchen-lab/citrus-soda.webm"])
        self.assertEqual(partition.extract(task, out, EXTRACT + ["--fingerprint"]), (0, 3, 2))
        with open(os.path.join(out, "part-00000.jsonl"), encoding="utf-8") as file:
            told = [json.loads(line) for line in file]
        self.assertEqual([line["reason"] for line in told], ["unknown_format", "no_such_file", "ok"])
        self.assertEqual([line["line"] for line in told], [1, 2, 3])
        self.assertGreater(len(told[2]["extract"]["fingerprint"]), 1000)
        self.assertEqual(driver.count(out, 1), [((line["outcome"], line["reason"]), 1) for line in told])

    def test_a_program_that_is_killed_in_the_midst_commits_nothing_and_the_next_attempt_does_it_all(self):
        clip = f"{CLIPS}/old-backups/flipped-bits.mp4"
        out, task = self.task([clip] * 12)
        found = []

        def kill():
            while not found:
                found.extend(pid for pid, words in descendants(os.getpid()) if "--stdin" in words)
            time.sleep(0.5)
            os.kill(found[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        with self.assertRaisesRegex(partition.ExtractorError, "ended with -9 after [0-9]+ of 12 lines"):
            partition.extract(task, out, EXTRACT)
        killer.join()
        self.assertEqual(os.listdir(os.path.join(out, partition.ATTEMPTS)), [])
        self.assertFalse(partition.is_committed(out, 0))
        self.assertEqual(partition.extract(task, out, EXTRACT), (0, 12, 0))


class ClusterTests(Folder):
    def start(self, out, master, *more):
        here = os.path.dirname(os.path.abspath(driver.__file__))
        return subprocess.Popen(
            [sys.executable, "-B", os.path.join(here, "driver.py"), "--moire", MOIRE, "--manifest", self.path("m.jsonl"),
             "--out", out, "--master", master, *more],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, status):
        output, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, status, errors)
        return output, errors

    def lines(self, out):
        """The output by line of the manifest, as bytes; fails where a line is there twice."""
        found = {}
        for name in sorted(name for name in os.listdir(out) if not name.startswith("_")):
            with open(os.path.join(out, name), "rb") as file:
                for line in file:
                    number = json.loads(line)["line"]
                    self.assertNotIn(number, found)
                    found[number] = line
        return found

    def committed(self, out):
        return sum(name.startswith("part-") for name in os.listdir(out)) if os.path.isdir(out) else 0

    def test_a_killed_executor_costs_no_line_and_doubles_none_and_what_is_there_is_not_done_again(self):
        clips = [os.path.join(CLIPS, clip) for clip in (
            "old-phone/blurry-garden.mp4", "old-backups/notes.mp4", "old-backups/flipped-bits.mp4",
            "old-backups/cut-short.mkv")]
        total = 48
        self.path("m.jsonl", "".join(
            json.dumps({"path": clips[number % len(clips)], "key": f"k{number}"}) + "\n" for number in range(total)))
        killed = self.path("killed")
        run = self.start(killed, "local-cluster[2,1,1024]", "--partition-size", "3", "--speculate")
        # In mid-run: something is committed, most is not.
        deadline = time.monotonic() + 120
        while self.committed(killed) < 3 and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        executors = [pid for pid, words in descendants(run.pid) if any("CoarseGrainedExecutorBackend" in word for word in words)]
        self.assertEqual(len(executors), 2)
        os.kill(executors[0], signal.SIGKILL)
        self.assertLess(self.committed(killed), total // 6)
        # A quarter of the lines are no media, so a whole run ends with 1.
        output, _ = self.finish(run, 1)
        self.assertIn("48 lines in 16 partitions", output)

        whole = self.path("whole")
        self.finish(self.start(whole, "local[2]", "--partition-size", "3"), 1)
        self.assertEqual(sorted(self.lines(killed)), list(range(1, total + 1)))
        self.assertEqual(self.lines(killed), self.lines(whole))

        # One partition is lost: it alone is made again.
        before = {name: os.stat(os.path.join(whole, name)).st_mtime_ns for name in os.listdir(whole) if name.startswith("part-")}
        os.unlink(os.path.join(whole, "part-00005.jsonl"))
        _, errors = self.finish(self.start(whole, "local[2]", "--partition-size", "3"), 1)
        self.assertIn("15 of 16 partitions are there already", errors)
        self.assertEqual(self.lines(killed), self.lines(whole))
        after = {name: os.stat(os.path.join(whole, name)).st_mtime_ns for name in before}
        self.assertEqual({name for name in before if before[name] != after[name]}, {"part-00005.jsonl"})

        _, errors = self.finish(self.start(whole, "local[2]", "--partition-size", "5"), 2)
        self.assertIn("another manifest_digest and partition_size", errors)


def descendants(root):
    """(pid, words of its command line) of everything below a process, from /proc."""
    children, words = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words[int(name)] = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        children.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        for child in children.get(waiting.pop(), []):
            waiting.append(child)
            if child in words:
                found.append((child, words[child]))
    return found


if __name__ == "__main__":
    unittest.main()
