"""ops/torture media; its help is the opening comment of ops/torture."""
import argparse
import collections
import os
import shutil
import subprocess
import sys
import tempfile
import time

import fleet
import minimise
import seeds

KINDS = ("complete", "partial", "refused", "undecodable", "timed_out", "crashed")


def arguments(words):
    parser = argparse.ArgumentParser(prog="ops/torture media")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=85)
    parser.add_argument("--slots", type=int, default=os.cpu_count())
    parser.add_argument("--deadline", type=float, default=60)
    parser.add_argument("--keep", default="torture-kept")
    parser.add_argument("--moire")
    parser.add_argument("folder", nargs="?")
    return parser.parse_args(words)


def untyped(job):
    """Why a job's ending is no typed outcome; None when it is one."""
    outcome = job.get("outcome") or {}
    if job["state"] not in ("done", "dead"):
        return f"is {job['state']}"
    if outcome.get("kind") not in KINDS or not outcome.get("reason") or not outcome.get("sentence"):
        return f"ended as {outcome}"
    return None


def keep(job, made, options, root, moire):
    name = os.path.basename(job["path"])
    os.makedirs(options.keep, exist_ok=True)
    path = f"{options.keep}/{name}"
    shutil.copyfile(job["path"], path)
    how, before, after = minimise.minimise(moire, path, options.deadline)
    number = int(name.split("-")[0])
    with open(f"{path}.txt", "w") as note:
        note.write(f"{name}: {made.get(name, '')}\nmutant {number} of seed {options.seed}; "
                   f"{job['crashes']} attempts failed, the job ended {job['outcome']['kind']} ({job['outcome']['reason']})\n"
                   f"by itself: {how}; {before} bytes made {after}\n")
    print(f"  kept {path}: {how}, {before} bytes made {after}")


def batch(number, count, sources, options, root, moire, work, totals):
    """One batch. Returns what did not hold."""
    folder, home = f"{work}/mutants", f"{work}/home"
    listed = subprocess.run(
        [f"{root}/ops/mutate", "--from", str(number), folder, str(count), str(options.seed), *sources],
        capture_output=True, text=True, check=True)
    made = {line.split("\t")[0]: line.split("\t", 1)[1] for line in listed.stdout.splitlines()}
    status, jobs, watch, said = fleet.run(moire, folder, home, options.slots, options.deadline)
    wrong = []
    if status not in (0, 1):
        wrong.append(f"moire run ended with {status}: {said[-400:]}")
    if len(jobs) != count or len({job["path"] for job in jobs}) != count:
        wrong.append(f"{len(jobs)} jobs for {count} files")
    for part in ("coordinator", "worker", "scorer"):
        if len(watch.parts.get(part, ())) != 1:
            wrong.append(f"the {part} was started {len(watch.parts.get(part, ()))} times")
    megabytes_max = max(os.path.getsize(f"{folder}/{name}") for name in made) / 1e6
    allowed = options.deadline + 2 * megabytes_max + 1  # DecodeLimits: two seconds a megabyte on top
    if watch.oldest_seconds > allowed:
        wrong.append(f"a decode child lived {watch.oldest_seconds:.1f} s")
    totals["oldest"] = max(totals["oldest"], watch.oldest_seconds)
    for job in jobs:
        why = untyped(job)
        if why:
            wrong.append(f"{os.path.basename(job['path'])} {why}")
            continue
        totals["outcomes"][(job["outcome"]["kind"], job["outcome"]["reason"])] += 1
        if job["crashes"] or job["outcome"]["kind"] in ("crashed", "timed_out"):
            totals["kept"] += 1
            keep(job, made, options, root, moire)
    shutil.rmtree(folder)
    shutil.rmtree(home)
    return wrong


def main():
    root, options = sys.argv[1], arguments(sys.argv[2:])
    moire = options.moire or f"{root}/.build/release/moire"
    totals = {"outcomes": collections.Counter(), "oldest": 0.0, "kept": 0}
    wrong, begun = [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="moire-torture.") as work:
        if options.folder:
            sources = sorted(
                os.path.join(at, name) for at, _, names in os.walk(options.folder) for name in names if name[0] != ".")
        else:
            os.mkdir(f"{work}/seeds")
            sources = seeds.draw(f"{work}/seeds")
        if not sources:
            sys.exit("ops/torture: there is nothing to damage")
        done, ended = 0, False
        while done < options.count and not ended:
            count = min(options.batch, options.count - done)
            try:
                found = batch(done, count, sources, options, root, moire, work, totals)
            except KeyboardInterrupt:
                # What was found until then is worth telling; the batch at hand is not counted.
                ended, count, found = True, 0, []
            for sentence in found:
                print(f"  WRONG: {sentence}")
            wrong += found
            done += count
            seconds = time.monotonic() - begun
            print(f"{done} files, {seconds:.0f} s, {len(wrong)} wrong, {totals['kept']} kept", flush=True)
    print(f"\n{done} files of {len(sources)} clips, seed {options.seed}, in {time.monotonic() - begun:.0f} s")
    for (kind, reason), number in sorted(totals["outcomes"].items(), key=lambda item: -item[1]):
        print(f"{number:8}  {kind:12} {reason}")
    print(f"the oldest decode child lived {totals['oldest']:.1f} s of a deadline of {options.deadline:g} s")
    print(f"{len(wrong)} wrong, {totals['kept']} kept" + (f" in {options.keep}" if totals["kept"] else ""))
    sys.exit(1 if wrong or totals["kept"] else 0)


main()
