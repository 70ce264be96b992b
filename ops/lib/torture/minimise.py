"""Makes a file smaller as long as the decoder still ends the same way: delta debugging by chunks (Zeller and Hildebrandt,
Simplifying and Isolating Failure-Inducing Input, 2002, their ddmin over runs of bytes)."""
import json
import os
import subprocess


def ending(moire, path, deadline):
    """Kind and reason of a file's outcome, decoded by itself."""
    done = subprocess.run(
        [moire, "extract", "--format", "jsonl", "--slots", "1", "--deadline", str(deadline), path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        outcome = json.loads(done.stdout.splitlines()[0])["outcome"]
    except (IndexError, KeyError, ValueError):
        return ("none", f"moire extract ended with {done.returncode}")
    return (outcome["kind"], outcome["reason"])


def shrink(data, still_fails, tries_max=400):
    """The smallest found of `data` for which `still_fails` holds; it holds for `data` itself."""
    tries, chunk = 0, max(1, len(data) // 2)
    while chunk >= 1 and tries < tries_max:
        at, shorter = 0, False
        while at < len(data) and tries < tries_max:
            without = data[:at] + data[at + chunk:]
            tries += 1
            if without and still_fails(without):
                data, shorter = without, True
            else:
                at += chunk
        if chunk == 1 and not shorter:
            break
        if not shorter:
            chunk = max(1, chunk // 2)
        chunk = min(chunk, max(1, len(data) // 2))
    return data


def minimise(moire, path, deadline):
    """Rewrites the file as small as it gets. Returns how it ends, and bytes before and after; a file that does not end that
    way by itself is left alone and said to be `not again`."""
    first = ending(moire, path, deadline)
    before = os.path.getsize(path)
    if first[0] not in ("crashed", "timed_out"):
        return "not again", before, before
    with open(path, "rb") as file:
        data = file.read()
    base, suffix = os.path.splitext(path)
    trial = f"{base}.trial{suffix}"

    def still_fails(candidate):
        with open(trial, "wb") as file:
            file.write(candidate)
        return ending(moire, trial, deadline) == first

    # A file that outlasts its deadline costs the deadline each time.
    smallest = shrink(data, still_fails, tries_max=400 if first[0] == "crashed" else 24)
    if os.path.exists(trial):
        os.remove(trial)
    with open(path, "wb") as file:
        file.write(smallest)
    return f"{first[0]} ({first[1]})", before, len(smallest)
