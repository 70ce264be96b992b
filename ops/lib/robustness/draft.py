"""One query in the making: an FFmpeg call that grows edit by edit, and what is true of its result."""

import random

FPS = 25
# librsvg hands out colours that are already multiplied by their alpha.
SEE_THROUGH = "format=gbrap,unpremultiply=inplace=1,format=yuva420p"
# Everything an encoder needs to write the same bytes again: one thread, no version strings, no dates.
SAME_BYTES = ["-threads", "1", "-flags", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1"]


def even(x):
    return max(2, 2 * round(x / 2))


class Draft:
    """`w`, `h`, `seconds` and `fps` are those of the picture as edited so far. `segments` say which seconds of it are which
    of the reference: (query start, query end, reference start, reference end). Sizes in edits are given for a short side of
    360 and scaled by `unit`."""

    def __init__(self, clip, seed, host, other_sound, draw):
        self.clip, self.host_clip, self.other_sound, self.draw = clip, host, other_sound, draw
        self.rng = random.Random(seed)
        start, length = clip.window
        self.inputs = [["-ss", f"{start:.3f}", "-t", f"{length:.3f}", "-i", clip.path]]
        self.graph = []
        self.labels = 0
        scale = min(1.0, 360 / min(clip.width, clip.height))
        self.w, self.h = even(clip.width * scale), even(clip.height * scale)
        self.seconds, self.fps = length, FPS
        self.segments = [(0.0, length, start, start + length)]
        self.mirrored = False
        self.speed = 1.0
        self.video = "0:v"
        self.audio = None  # no sound unless an edit asks for it
        self.encoder = ["-c:v", "libx264", "-preset", "superfast", "-crf", "26", "-g", "60"]
        self.audio_encoder = ["-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "32000"]
        self.pipe(f"scale={self.w}:{self.h},setsar=1,fps={FPS},setpts=PTS-STARTPTS,format=yuv420p")

    @property
    def unit(self):
        return min(self.w, self.h) / 360

    @property
    def odd(self):
        """Half of the clips take an edit's other direction."""
        return self.clip.number % 2 == 1

    # ---- building the graph

    def label(self):
        self.labels += 1
        return f"s{self.labels}"

    def add_input(self, *arguments):
        self.inputs.append([str(a) for a in arguments])
        return len(self.inputs) - 1

    def filters(self, text):
        """Adds a whole filter chain as it is, with its labels."""
        self.graph.append(text)

    def pipe(self, chain):
        new = self.label()
        self.graph.append(f"[{self.video}]{chain}[{new}]")
        self.video = new

    def resize(self, w, h, chain=None):
        """Scales to w×h, or applies `chain`, whose result has that size."""
        w, h = even(w), even(h)
        self.pipe(chain.format(w=w, h=h) if chain else f"scale={w}:{h},setsar=1")
        self.w, self.h = w, h

    def filled(self, w, h):
        return f"scale={w}:{h}:force_original_aspect_ratio=increase:force_divisible_by=2,crop={w}:{h},setsar=1"

    def host(self, w, h, seconds, start=0.0):
        """Footage that is in no index, filling w×h."""
        index = self.add_input("-stream_loop", 9, "-ss", f"{start:.3f}", "-t", f"{seconds:.3f}", "-i", self.host_clip.path)
        new = self.label()
        self.graph.append(f"[{index}:v]{self.filled(even(w), even(h))},fps={self.fps},setpts=PTS-STARTPTS,format=yuv420p[{new}]")
        return new

    def lay(self, picture, x, y, scale=None):
        """Lays a drawing (SVG text) over the picture; x and y may move with t."""
        index = self.add_input("-i", self.draw(picture))
        new, over = self.label(), self.label()
        size = f",scale={scale}" if scale else ""
        self.graph.append(f"[{index}:v]{SEE_THROUGH}{size}[{over}]")
        self.graph.append(f"[{self.video}][{over}]overlay=x='{x}':y='{y}'[{new}]")
        self.video = new

    # ---- time

    def remap(self, pieces):
        """Puts together [(from, to)] of the present picture, in this order."""
        names = [self.label() for _ in pieces]
        self.graph.append(f"[{self.video}]split={len(pieces)}{''.join(f'[{n}i]' for n in names)}")
        for name, (a, b) in zip(names, pieces):
            self.graph.append(f"[{name}i]trim={a:.3f}:{b:.3f},setpts=PTS-STARTPTS[{name}]")
        new = self.label()
        self.graph.append(f"{''.join(f'[{n}]' for n in names)}concat=n={len(pieces)}[{new}]")
        self.video = new
        segments, at = [], 0.0
        for a, b in pieces:
            for q0, q1, r0, r1 in self.segments:
                low, high = max(a, q0), min(b, q1)
                if high > low:
                    rate = (r1 - r0) / (q1 - q0)
                    segments.append((at + low - a, at + high - a, r0 + (low - q0) * rate, r0 + (high - q0) * rate))
            at += b - a
        self.segments, self.seconds = segments, at

    def keep(self, seconds, start=None):
        seconds = min(seconds, self.seconds)
        start = (self.seconds - seconds) / 2 if start is None else start
        self.remap([(start, start + seconds)])

    def surround(self, before, after):
        a, b = self.host(self.w, self.h, before), self.host(self.w, self.h, after, before + 1)
        new = self.label()
        self.graph.append(f"[{a}][{self.video}][{b}]concat=n=3[{new}]")
        self.video = new
        self.segments = [(q0 + before, q1 + before, r0, r1) for q0, q1, r0, r1 in self.segments]
        self.seconds += before + after

    def faster(self, rate):
        self.pipe(f"setpts=PTS/{rate:.6f},fps={self.fps}")
        self.segments = [(q0 / rate, q1 / rate, r0, r1) for q0, q1, r0, r1 in self.segments]
        self.seconds /= rate
        self.speed *= rate

    # ---- sound

    def keep_sound(self):
        if self.audio is None:
            self.audio = self.label()
            self.graph.append(f"[0:a]aresample=32000,aformat=channel_layouts=mono,asetpts=PTS-STARTPTS[{self.audio}]")

    def sound(self, chain):
        self.keep_sound()
        new = self.label()
        self.graph.append(f"[{self.audio}]{chain}[{new}]")
        self.audio = new

    def foreign_sound(self, start=0.5):
        """Sound that is in no index, as long as it takes."""
        index = self.add_input("-stream_loop", 9, "-ss", f"{start:.3f}", "-t", 30, "-i", self.other_sound)
        new = self.label()
        self.graph.append(f"[{index}:a]aresample=32000,aformat=channel_layouts=mono,asetpts=PTS-STARTPTS[{new}]")
        return new

    def other_picture(self):
        """Only the sound remains: another picture, in no index, takes the place of this one."""
        self.graph.append(f"[{self.video}]nullsink")
        self.video = self.host(self.w, self.h, self.seconds, 0.4)

    # ---- the result

    def command(self, out):
        call = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-filter_threads", "1", "-filter_complex_threads", "1"]
        for arguments in self.inputs:
            call += arguments
        graph = self.graph + [f"[{self.video}]format=yuv420p[out]"]
        call += ["-filter_complex", ";".join(graph), "-map", "[out]"]
        if self.audio:
            call += ["-map", f"[{self.audio}]", *self.audio_encoder]
        return call + ["-t", f"{self.seconds:.3f}", *self.encoder, "-pix_fmt", "yuv420p", *SAME_BYTES, out]
