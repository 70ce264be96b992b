"""ops/bench robustness: makes the queries, asks `moire` about all of them at once, and writes what came back.

Called by ops/lib/bench-robustness, which says what the options mean.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import report
import scenes
from draft import SAME_BYTES, Draft
from edits import EDITS

WINDOW_SECONDS = 5.0
MEDIA = {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts", ".avi", ".mpg", ".flv"}

# Which of the demo clips and of the scenes (those without a folder) are edited and asked about, which of them for their
# sound, which are references beside them, and which stay unknown. None of the unknown shares a picture or a sound with a
# reference. The first three are asked about in a quick run: a drawing, a texture, a person.
ASKED = ["tide-pool/reef-walk.mp4", "quarry", "speaker", "kitchen-lab/ramen-in-ten.mp4", "page", "harbour"]
REFERENCED = ["night-tram/last-tram.mp4", "kitchen-lab/citrus-soda.webm", "trail-notes/ridge-at-dawn.mp4", "trail-notes/river-crossing.ts",
              "desk-tour/small-desk.mp4", "desk-tour/key-sounds.mp4", "fractal-lab/zoom-of-the-day.mp4", "fractal-lab/cells.mp4", "lesson"]
HEARD = ["kitchen-lab/ramen-in-ten.mp4", "tide-pool/reef-walk.mp4", "trail-notes/ridge-at-dawn.mp4", "kitchen-lab/citrus-soda.webm",
         "night-tram/last-tram.mp4", "desk-tour/key-sounds.mp4"]
UNKNOWN = ["old-phone/blurry-garden.mp4", "old-phone/blocky-market.mp4", "old-phone/gears-no-sound.mp4", "quiet-frames/stops-halfway.mp4",
           "quiet-frames/black-gap.mp4", "quiet-frames/talking-over.mp4", "fair"]
SAME_SCENE = ["quarry-elsewhere", "speaker-again", "harbour-later", "lesson-again", "page-two"]

# Edits under which clips that nobody knows are asked about, at their middle strength.
DISGUISES = ["none", "h264", "mirror", "small-and-back", "crop", "slant", "zoom", "grey", "blur", "noise", "caption", "bars", "blurpad",
             "pip-middle", "screen", "repost"]
DISGUISES_QUICK = ["none", "mirror", "crop", "blurpad", "screen"]


class Stop(Exception):
    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


@dataclass
class Clip:
    name: str
    path: str
    number: int
    width: int
    height: int
    seconds: float
    has_sound: bool

    @property
    def window(self):
        """Which seconds are edited: not all, so that finding the place is part of the question."""
        length = min(WINDOW_SECONDS, self.seconds - 0.5)
        spare = self.seconds - 0.2 - length
        return 0.04 * round(25 * spare * (0.25 + 0.5 * (zlib.crc32(self.name.encode()) % 100) / 100)), length


@dataclass
class Query:
    edit: object
    strength: int
    clip: Clip
    kind: str  # copy, unknown, same scene
    path: str = ""
    seconds: float = 0
    segments: list = None
    mirrored: bool = False
    speed: float = 1.0
    matches: list = None


def say(text):
    print(text, flush=True)


def run(command, what):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Stop(1, f"{what} could not be made; FFmpeg said: {done.stderr.strip()[-600:]}\n{' '.join(map(str, command))}")
    return done.stdout


class Workshop:
    """Makes files by recipe: what was made before from the same recipe and the same inputs is taken as it is."""

    def __init__(self, folder, jobs):
        self.folder, self.jobs = Path(folder), jobs
        for part in ("drawings", "scenes", "queries"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        line = run(["ffmpeg", "-version"], "the version of FFmpeg").splitlines()[0]
        self.ffmpeg = line.split()[2]
        self.digests = {}
        self.used = set()

    def digest(self, path):
        if path not in self.digests:
            with open(path, "rb") as file:
                self.digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self.digests[path]

    def draw(self, text):
        path = self.folder / "drawings" / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.svg"
        if not path.exists():
            self.write(path, text)
        return str(path)

    def write(self, path, text):
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            file.write(text)
        os.replace(file.name, path)

    def make(self, kind, name, suffix, command_for):
        """command_for(OUT) gives the call; the file's name carries the digest of that call."""
        recipe = [self.digest(part) if part.startswith("/") and os.path.isfile(part) else part for part in command_for("OUT")]
        key = hashlib.sha256(json.dumps([self.ffmpeg, recipe]).encode()).hexdigest()[:12]
        path = self.folder / kind / f"{name}-{key}{suffix}"
        self.used.add(path)
        if not path.exists():
            unfinished = path.with_name(f".{path.name}")
            run(command_for(str(unfinished)), path.name)
            os.replace(unfinished, path)
        return str(path)

    def forget(self, kind, names):
        """Removes what earlier recipes left of these queries."""
        for path in (self.folder / kind).iterdir():
            if path not in self.used and path.name.rsplit("-", 1)[0] in names:
                path.unlink()

    def scene(self, name):
        seconds, layers, graph = scenes.SCENES[name]
        inputs, chains = [], []
        for index, (layer, picture) in enumerate(layers.items()):
            inputs += ["-i", self.draw(picture())]
            pixels = "format=yuv420p" if index == 0 and name != "fair" else "format=gbrap,unpremultiply=inplace=1,format=yuva420p"
            chains.append(f"[{index}:v]{pixels},loop=-1:1,settb=1/25,setpts=N[{layer}]")
        whole = ";".join([*chains, graph, "[v]fps=25,format=yuv420p[out]"])
        return self.make("scenes", name, ".mp4", lambda out: [
            "ffmpeg", "-nostdin", "-v", "error", "-y", "-filter_threads", "1", "-filter_complex_threads", "1", *inputs, "-filter_complex", whole,
            "-map", "[out]", "-t", str(seconds), "-c:v", "libx264", "-preset", "superfast", "-crf", "22", "-g", "50", *SAME_BYTES, out])

    def all(self, what, items, work):
        """Runs work(item) for all of them, `jobs` at a time, in order."""
        results = []
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                for done, result in enumerate(pool.map(work, items), 1):
                    results.append(result)
                    if done % 100 == 0 or done == len(items):
                        say(f"{what}: {done} of {len(items)}")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results


def measured(path, name, number):
    """The clip as FFmpeg shows it, or nothing where it has no moving picture of two seconds."""
    call = ["ffprobe", "-v", "quiet", "-of", "json", "-show_streams", "-show_format", path]
    told = json.loads(subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout or "{}")
    streams = told.get("streams", [])
    pictures = [s for s in streams if s.get("codec_type") == "video" and not s.get("disposition", {}).get("attached_pic")]
    seconds = float(told.get("format", {}).get("duration", 0) or 0)
    if not pictures or seconds < 2:
        return None
    width, height = pictures[0]["width"], pictures[0]["height"]
    turns = [abs(int(float(s["rotation"]))) for s in pictures[0].get("side_data_list", []) if "rotation" in s]
    if turns and turns[0] % 180 == 90:
        width, height = height, width
    return Clip(name, path, number, width, height, seconds, any(s.get("codec_type") == "audio" for s in streams))


@dataclass
class Cast:
    """Who plays what."""

    asked: list
    heard: list
    referenced: list
    unknown: list
    same_scene: list
    hosts: list
    other_sounds: list


def demo_cast(shop, fixtures):
    drawn = dict(zip(scenes.SCENES, shop.all("scenes", list(scenes.SCENES), shop.scene)))
    clips = {}

    def clip(name):
        if name not in clips:
            path = os.path.abspath(f"{fixtures}/{name}") if "/" in name else drawn[name]
            clips[name] = measured(path, Path(name).stem, len(clips))
            if clips[name] is None:
                raise Stop(1, f"{path} is missing or holds no picture; ops/fixtures makes the clips.")
        return clips[name]

    asked, others = [clip(n) for n in ASKED], [clip(n) for n in REFERENCED]
    unknown = [clip(n) for n in UNKNOWN]
    return Cast(asked, [clip(n) for n in HEARD], asked + others, unknown, [clip(n) for n in SAME_SCENE], unknown,
                [c.path for c in unknown if c.has_sound])


def own_cast(folder, count):
    files = sorted(str(p.resolve()) for p in Path(folder).rglob("*") if p.suffix.lower() in MEDIA and p.is_file())
    clips, names = [], set()
    for path in files:
        name = Path(path).name
        if name in names:
            say(f"left out, for its name was there before: {path}")
            continue
        clip = measured(path, name, len(clips))
        if clip:
            clips.append(clip)
            names.add(name)
    if len(clips) < 4:
        raise Stop(2, f"{folder} has {len(clips)} clips with two seconds of picture or more; four are the least.")
    unknown = clips[3::4]
    referenced = [c for c in clips if c not in unknown]
    heard = [c for c in referenced if c.has_sound][:count]
    sounds = [c.path for c in unknown if c.has_sound]
    return Cast(referenced[:count], heard if sounds else [], referenced, unknown[:2 * count], [], unknown, sounds)


def plan(cast, options):
    queries = []
    chosen = [e for e in EDITS if not options.only or e.key in options.only]
    asked, heard = cast.asked[: options.count], cast.heard[: options.count]
    if options.quick:
        asked, heard = asked[:3], heard[:3]
    for edit in chosen:
        strengths = range(len(edit.strengths))
        if options.quick:
            strengths = [len(edit.strengths) // 2]
        for strength in strengths:
            for clip in heard if edit.sound else asked:
                queries.append(Query(edit, strength, clip, "copy"))
    for edit in [e for e in chosen if e.key in (DISGUISES_QUICK if options.quick else DISGUISES)]:
        for kind, clips in (("unknown", cast.unknown), ("same scene", cast.same_scene)):
            for clip in clips:
                queries.append(Query(edit, len(edit.strengths) // 2, clip, kind))
    for together in [e for e in chosen if e.key == "both" and cast.other_sounds]:
        queries += [Query(together, 0, clip, "unknown") for clip in cast.unknown if clip.has_sound]
    return queries


def prepare(shop, cast, query, seed):
    edit, clip = query.edit, query.clip
    mark = zlib.crc32(f"{seed}/{edit.key}/{query.strength}/{clip.name}".encode())
    hosts = [h for h in cast.hosts if h.path != clip.path] or cast.hosts
    sounds = [s for s in cast.other_sounds if s != clip.path] or cast.other_sounds or [None]
    draft = Draft(clip, mark, hosts[mark % len(hosts)], sounds[mark % len(sounds)], shop.draw)
    edit.make(draft, edit.strengths[query.strength][1])
    suffix = ".webm" if "webm" in draft.encoder else ".mp4"
    query.path = shop.make("queries", f"{edit.key}-{query.strength + 1}-{clip.name}", suffix, draft.command)
    query.seconds, query.segments = draft.seconds, draft.segments
    query.mirrored, query.speed = draft.mirrored, draft.speed


def ask(moire, cast, queries, jobs, work):
    """One index, one lookup over all queries, at the program's own threshold."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        index = f"{folder}/index"
        added = subprocess.run([moire, "index", "add", "--index", index, "--slots", str(jobs), *[c.path for c in cast.referenced]],
                               stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if added.returncode != 0:
            raise Stop(3 if added.returncode == 3 else 1, f"moire index add failed: {(added.stderr or added.stdout).strip()[-400:]}")
        say(f"asking moire about {len(queries)} files ...")
        call = [moire, "lookup", "--index", index, "--slots", str(jobs), "--format", "jsonl", *[q.path for q in queries]]
        told = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if told.returncode not in (0, 1):
        raise Stop(3 if told.returncode == 3 else 1, f"moire lookup failed: {told.stderr.strip()[-400:]}")
    by_path = {q.path: q for q in queries}
    for query in queries:
        query.matches = []
    for line in told.stdout.splitlines():
        match = json.loads(line)
        by_path[match["query"]].matches.append(match)
    return [line for line in told.stderr.splitlines() if line.strip()]


def known(names):
    """The short names of edits, split; stops at one that there is not."""
    names = [name for name in names.split(",") if name]
    unknown = sorted(set(names) - {e.key for e in EDITS})
    if unknown:
        raise Stop(2, f"there is no edit called {', '.join(unknown)}; there are {', '.join(e.key for e in EDITS)}.")
    return names


def main():
    if sys.argv[1:2] == ["--know"]:
        known(sys.argv[2])
        return
    parser = argparse.ArgumentParser(prog="bench-robustness", add_help=False)
    parser.add_argument("--moire", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--fixtures", required=True)
    parser.add_argument("--clips")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=known)
    parser.add_argument("--json")
    options = parser.parse_args()
    work = os.path.abspath(options.work)
    shop = Workshop(work, options.jobs)
    cast = own_cast(options.clips, options.count) if options.clips else demo_cast(shop, options.fixtures)
    queries = plan(cast, options)
    shop.all("queries", queries, lambda q: prepare(shop, cast, q, options.seed))
    shop.forget("queries", {Path(q.path).name.rsplit("-", 1)[0] for q in queries})
    complaints = ask(options.moire, cast, queries, options.jobs, work)
    version = subprocess.run([options.moire, "--version"], capture_output=True, text=True).stdout.strip()

    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet = out.with_suffix(".png")
    report.sheet(queries, cast, shop, sheet)
    text = report.document(queries, cast, options, complaints, sheet.name, {"moire": version, "ffmpeg": shop.ffmpeg})
    shop.write(out, text)
    os.chmod(out, 0o644)
    if options.json:
        Path(options.json).write_text("".join(json.dumps(row, sort_keys=True) + "\n" for row in report.rows(queries)))
    say(report.summary(queries))
    say(f"written: {out} and {sheet}")


try:
    main()
except Stop as stop:
    print(f"bench-robustness: {stop}", file=sys.stderr)
    sys.exit(stop.status)
