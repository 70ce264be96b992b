"""Asks faiss what frame-index-bench asked, in the same run over the same codes, and prints both side by side.

    bench-index-peers.py FOLDER

FOLDER is what frame-index-bench left: codes, references, frame-queries, video-queries, video-answers, frames-found and
videos-found. Times are CPU of one thread. Recall is a question's share of what the exact scan finds, averaged over the
questions for which it finds anything; a video counts as found by faiss where two of its frames meet the right one.
"""

import sys
import time

import faiss
import numpy

RADII = [31, 64, 80]
CLASSES = [(0, 31), (32, 48), (49, 64), (65, 80)]
VOTE_RADIUS = 80


def load(folder, name):
    return numpy.fromfile(f"{folder}/{name}", dtype=numpy.uint8).reshape(-1, 32)


def cpu(work):
    """Milliseconds of CPU, and what came out; once for the pages, then for the figure."""
    work()
    began = time.process_time()
    result = work()
    return (time.process_time() - began) * 1000, result


def bits(a, b):
    return numpy.unpackbits(numpy.bitwise_xor(a, b), axis=-1).sum(-1)


def within(index, queries, radius):
    """Codes of each query at most `radius` bits away."""
    # faiss's radius is one more than the largest distance it returns.
    limits, _, found = index.range_search(queries, radius + 1)
    return [found[limits[i] : limits[i + 1]] for i in range(len(queries))]


def recall(found, exact):
    shares = [len(numpy.intersect1d(f, e)) / len(e) for f, e in zip(found, exact) if len(e)]
    return sum(shares) / max(1, len(shares))


def row(title, milliseconds, found, exact, distances):
    cells = [title, f"{milliseconds:.4f}"]
    for radius in RADII:
        near = [e[d <= radius] for e, d in zip(exact, distances)]
        cells.append(f"{recall(found, near):.3f}")
    for low, high in CLASSES:
        near = [e[(d >= low) & (d <= high)] for e, d in zip(exact, distances)]
        cells.append(f"{recall(found, near):.3f}")
    return cells


def show(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))))
    print()


def main(folder):
    faiss.omp_set_num_threads(1)
    codes, queries = load(folder, "codes"), load(folder, "frame-queries")
    first, names = [], []
    for line in open(f"{folder}/references"):
        name, start = line.split()
        names.append(name)
        first.append(int(start))
    starts = dict(zip(names, first))

    flat = faiss.IndexBinaryFlat(256)
    flat.add(codes)
    flat_ms, exact = cpu(lambda: within(flat, queries, RADII[-1]))
    distances = [bits(codes[e], q) if len(e) else numpy.empty(0) for e, q in zip(exact, queries)]
    titles = ["one frame asks", "CPU ms"] + [f"r<={r}" for r in RADII] + [f"d {a}-{b}" for a, b in CLASSES]
    rows = [titles, row("faiss Flat, range", flat_ms / len(queries), exact, exact, distances)]

    began = time.process_time()
    hashes = faiss.IndexBinaryMultiHash(256, 16, 16)
    hashes.add(codes)
    built = {"MultiHash 16x16": time.process_time() - began}
    hashes.nflip = 0
    ms, found = cpu(lambda: within(hashes, queries, RADII[-1]))
    rows.append(row("faiss MultiHash 16x16, nflip 0", ms / len(queries), found, exact, distances))
    del hashes

    began = time.process_time()
    quantizer = faiss.IndexBinaryFlat(256)
    lists = 4096 if len(codes) >= 4_000_000 else 1024
    ivf = faiss.IndexBinaryIVF(quantizer, 256, lists)
    ivf.train(codes[numpy.random.default_rng(1).permutation(len(codes))[: 50 * lists]])
    ivf.add(codes)
    built[f"IVF {lists}"] = time.process_time() - began
    for probes in (8, 32, 128):
        ivf.nprobe = probes
        ms, found = cpu(lambda: within(ivf, queries, RADII[-1]))
        rows.append(row(f"faiss IVF {lists}, nprobe {probes}", ms / len(queries), found, exact, distances))

    ours = open(f"{folder}/frames-found").read().split("\n")
    for at in range(0, len(ours) - 1, len(queries) + 1):
        title, ms = ours[at].split("\t")
        found = []
        for line in ours[at + 1 : at + 1 + len(queries)]:
            pairs = (word.rsplit("/", 1) for word in line.split())
            found.append(numpy.array([starts[name] + int(frame) for name, frame in pairs], dtype=numpy.int64))
        rows.append(row(f"Moiré, {title}", float(ms), found, exact, distances))
    bound = open(f"{folder}/scan-bound").read().strip()
    rows.append(["bound of a scan (memory)", f"{float(bound):.4f}"] + ["1.000"] * 7)
    show(rows)
    print(f"{len(queries)} queries, {len(codes)} codes; faiss {faiss.__version__} built "
          + ", ".join(f"{name} in {seconds:.0f} s CPU" for name, seconds in built.items()) + "\n")

    frames = load(folder, "video-queries")
    answers = [line.split() for line in open(f"{folder}/video-answers")]
    ends = numpy.array(first)
    rows = [["sixteen frames ask", "CPU ms a video", "found"]]

    def videos(title, index, radius):
        ms, found = cpu(lambda: within(index, frames, radius))
        at = hits = 0
        for name, count in answers:
            right = names.index(name)
            meets = [numpy.any(numpy.searchsorted(ends, f, "right") - 1 == right) for f in found[at : at + int(count)]]
            hits += sum(meets) >= 2
            at += int(count)
        rows.append([title, f"{ms / len(answers):.3f}", f"{hits / len(answers):.3f}"])

    videos("exact, d <= 80", flat, 80)
    videos("exact, d <= 92", flat, 92)
    for probes in (8, 32, 128):
        ivf.nprobe = probes
        videos(f"faiss IVF {lists}, nprobe {probes}, d <= 80", ivf, VOTE_RADIUS)
    share, ms = open(f"{folder}/videos-found").read().split()
    rows.append(["Moiré", f"{float(ms):.3f}", f"{float(share):.3f}"])
    show(rows)


if __name__ == "__main__":
    main(sys.argv[1])
