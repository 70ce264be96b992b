"""The edits: what people do to a video before they upload it as theirs, each at up to three strengths.

An edit is a function of a draft and a strength. Half of the clips take an edit's other direction where it has one
(darker instead of brighter, slower instead of faster, the other corner), so that a row speaks for both.
"""

import math
from dataclasses import dataclass
from typing import Callable

from draft import even
from scenes import svg


@dataclass
class Edit:
    key: str
    title: str
    group: str
    make: Callable
    strengths: list  # (label, value), mild first
    sound: bool = False  # needs clips with sound
    expect: str = "picture"  # what of the reference remains: picture, sound, both


EDITS: list[Edit] = []


def edit(key, title, group, *strengths, sound=False, expect="picture"):
    def register(make):
        EDITS.append(Edit(key, title, group, make, list(strengths), sound, expect))
        return make

    return register


def per_cent(*values):
    return [(f"{v} %", v / 100) for v in values]


def plain(*values, unit=""):
    return [(f"{v}{unit}", v) for v in values]


# ---- encoding

CODING = "Encoding"


@edit("none", "Uploaded again as it is", CODING, ("good H.264", 0))
def unchanged(d, _):
    pass


@edit("h264", "H.264, coarser", CODING, *[(f"CRF {v}", v) for v in (33, 40, 47)])
def h264(d, crf):
    d.encoder = ["-c:v", "libx264", "-preset", "superfast", "-crf", str(crf), "-g", "60"]


@edit("mpeg4", "MPEG-4 part 2", CODING, *[(f"quantiser {v}", v) for v in (7, 15, 29)])
def mpeg4(d, quantiser):
    d.encoder = ["-c:v", "mpeg4", "-qscale:v", str(quantiser), "-g", "60"]


@edit("vp8", "VP8 at a low rate", CODING, *[(f"{v} kbit/s", v) for v in (300, 120, 50)])
def vp8(d, rate):
    d.encoder = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", f"{rate}k", "-maxrate", f"{rate * 2}k",
                 "-bufsize", f"{rate * 2}k", "-qmax", "63", "-g", "75", "-f", "webm"]


@edit("palette", "Animated GIF: few colours, 10 frames a second", CODING, *[(f"{v} colours", v) for v in (96, 24, 8)])
def palette(d, colours):
    a, b, p = d.label(), d.label(), d.label()
    d.pipe("fps=10")
    new = d.label()
    d.filters(f"[{d.video}]split[{a}][{b}];[{a}]palettegen=max_colors={colours}:reserve_transparent=0[{p}];"
              f"[{b}][{p}]paletteuse=dither=bayer:bayer_scale=2[{new}]")
    d.video, d.fps = new, 10


@edit("small", "Scaled down", CODING, *[(f"short side {v}", v) for v in (200, 110, 64)])
def small(d, side):
    scale = side / min(d.w, d.h)
    d.resize(d.w * scale, d.h * scale)


@edit("small-and-back", "Scaled down and up again", CODING, *[(f"by way of {v}", v) for v in (160, 80, 40)])
def small_and_back(d, side):
    scale = side / min(d.w, d.h)
    d.pipe(f"scale={even(d.w * scale)}:{even(d.h * scale)}:flags=bilinear,scale={d.w}:{d.h}:flags=bilinear,setsar=1")


# ---- time

TIME = "Time"


@edit("fps", "Another frame rate", TIME, *[(f"{v} a second", v) for v in (50, 12, 5)])
def fps(d, rate):
    d.pipe(f"fps={rate}")
    d.fps = rate


@edit("speed", "Faster or slower", TIME, *per_cent(4, 10, 24))
def speed(d, by):
    d.faster(1 / (1 + by) if d.odd else 1 + by)


@edit("trim", "Only a piece of it", TIME, *plain(4, 2.5, 1.5, unit=" s"))
def trim(d, seconds):
    d.keep(seconds)


@edit("splice", "A piece inside other footage of 6 s", TIME, *plain(5, 3, 1.8, unit=" s"))
def splice(d, seconds):
    d.keep(seconds)
    d.surround(2.4, 3.6)


@edit("shuffle", "Cut and put together in another order", TIME, *plain(2, 3, 5, unit=" pieces"))
def shuffle(d, count):
    order = {2: [1, 0], 3: [2, 0, 1], 5: [3, 1, 4, 0, 2]}[count]
    length = d.seconds / count
    d.remap([(i * length, (i + 1) * length) for i in order])


@edit("jump-cuts", "Jump cuts: bits left out", TIME, *[(f"{n} of {gap} s", (n, gap)) for n, gap in ((1, 0.8), (3, 0.6), (7, 0.4))])
def jump_cuts(d, value):
    count, gap = value
    length = (d.seconds - count * gap) / (count + 1)
    d.remap([(i * (length + gap), i * (length + gap) + length) for i in range(count + 1)])


@edit("backwards", "Played backwards", TIME, ("whole", 0))
def backwards(d, _):
    d.pipe("reverse")
    d.segments = [(d.seconds - q1, d.seconds - q0, r1, r0) for q0, q1, r0, r1 in d.segments]


@edit("frozen", "Every frame held for a while", TIME, *plain(0.3, 0.6, 1.2, unit=" s"))
def frozen(d, seconds):
    d.pipe(f"fps=1/{seconds}:round=down,fps={d.fps}")


# ---- geometry

SHAPE = "Geometry"


@edit("mirror", "Mirrored", SHAPE, ("left to right", 0))
def mirror(d, _):
    d.pipe("hflip")
    d.mirrored = not d.mirrored


@edit("turned", "Turned", SHAPE, ("a quarter right", 1), ("half a turn", 2), ("a quarter left", 3))
def turned(d, quarters):
    d.pipe({1: "transpose=1", 2: "hflip,vflip", 3: "transpose=2"}[quarters])
    if quarters != 2:
        d.w, d.h = d.h, d.w


@edit("upside-down", "Top and bottom exchanged", SHAPE, ("flipped", 0))
def upside_down(d, _):
    d.pipe("vflip")


@edit("crop", "Cropped to its middle (share of each side kept)", SHAPE, *per_cent(88, 70, 50))
def crop(d, keep):
    w, h = even(d.w * keep), even(d.h * keep)
    d.pipe(f"crop={w}:{h},scale={d.w}:{d.h},setsar=1")


@edit("crop-corner", "Cropped to a corner (share of each side kept)", SHAPE, *per_cent(88, 70, 50))
def crop_corner(d, keep):
    w, h = even(d.w * keep), even(d.h * keep)
    right, low = d.clip.number % 2, d.clip.number // 2 % 2
    d.pipe(f"crop={w}:{h}:{right * (d.w - w)}:{low * (d.h - h)},scale={d.w}:{d.h},setsar=1")


@edit("crop-shape", "Cropped to another shape", SHAPE, ("4:3", 4 / 3), ("square", 1.0), ("9:16 or 16:9", 9 / 16))
def crop_shape(d, shape):
    if d.w >= d.h:
        w, h = even(min(d.w, d.h * shape)), d.h
    else:
        w, h = d.w, even(min(d.h, d.w * shape))
    d.pipe(f"crop={w}:{h}")
    d.w, d.h = w, h


@edit("stretch", "Squeezed or stretched", SHAPE, *per_cent(12, 33, 78))
def stretch(d, by):
    if d.odd:
        d.resize(d.w, d.h * (1 + by))
    else:
        d.resize(d.w * (1 + by), d.h)


@edit("tilt", "Tilted, black in the corners", SHAPE, *plain(3, 7, 15, unit="°"))
def tilt(d, degrees):
    d.pipe(f"rotate=a={'-' if d.odd else ''}{math.radians(degrees):.4f}:c=black")


@edit("tilt-filled", "Tilted and enlarged to fill the frame", SHAPE, *plain(3, 7, 15, unit="°"))
def tilt_filled(d, degrees):
    a = math.radians(degrees)
    # The largest frame of the same shape that fits into the tilted picture.
    keep = min(d.w / (d.w * math.cos(a) + d.h * math.sin(a)), d.h / (d.w * math.sin(a) + d.h * math.cos(a)))
    d.pipe(f"rotate=a={'-' if d.odd else ''}{a:.4f}:c=black,crop={even(d.w * keep)}:{even(d.h * keep)},scale={d.w}:{d.h},setsar=1")


@edit("zoom", "A slow zoom into it or out of it", SHAPE, *[(f"by {v} ×", v) for v in (1.15, 1.4, 1.8)])
def zoom(d, by):
    progress = f"on/{d.seconds * d.fps:.1f}"
    z = f"{by}-{by - 1:.3f}*{progress}" if d.odd else f"1+{by - 1:.3f}*{progress}"
    # Twice as large first: zoompan moves by whole pixels.
    d.pipe(f"scale=2*iw:2*ih,zoompan=z='{z}':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=1:s={d.w}x{d.h}:fps={d.fps},setsar=1")


@edit("slant", "Seen from the side", SHAPE, *per_cent(6, 14, 26))
def slant(d, by):
    a, b = by * d.w * 0.5, by * d.h
    x = [0, d.w - a, 0, d.w - a * 0.8] if not d.odd else [a, d.w, a * 0.8, d.w]
    y = [0, b, d.h, d.h - b * 0.7] if not d.odd else [b * 0.7, 0, d.h - b, d.h]
    corners = ":".join(f"x{i}={x[i]:.1f}:y{i}={y[i]:.1f}" for i in range(4))
    # The outermost pixels are smeared over what is not covered: make them dark.
    d.pipe(f"drawbox=c=0x101014:t=3,perspective={corners}:sense=destination")


@edit("fisheye", "Bulged by a lens", SHAPE, *[(f"k = {v}", v) for v in (0.08, 0.2, 0.4)])
def fisheye(d, k):
    d.pipe(f"lenscorrection=k1={'-' if d.odd else ''}{k}:k2=0:i=bilinear")


@edit("shake", "Shaken (share of the frame)", SHAPE, *per_cent(2, 5, 10))
def shake(d, by):
    w, h = even(d.w * (1 - 2 * by)), even(d.h * (1 - 2 * by))
    d.pipe(f"crop={w}:{h}:x='(iw-ow)/2*(1+0.6*sin(5.1*t)+0.4*sin(13*t+1))':y='(ih-oh)/2*(1+0.6*cos(4.3*t)+0.4*sin(11*t))'"
           f",scale={d.w}:{d.h},setsar=1")


# ---- colour

COLOUR = "Colour and light"


@edit("brightness", "Brighter or darker", COLOUR, *per_cent(10, 22, 38))
def brightness(d, by):
    d.pipe(f"eq=brightness={'-' if d.odd else ''}{by}")


@edit("contrast", "More or less contrast", COLOUR, *per_cent(25, 45, 65))
def contrast(d, by):
    d.pipe(f"eq=contrast={1 - by if d.odd else 1 / (1 - by):.3f}")


@edit("gamma", "Gamma", COLOUR, *plain(1.35, 1.9, 2.8))
def gamma(d, value):
    d.pipe(f"eq=gamma={1 / value if d.odd else value:.3f}")


@edit("hue", "Hue turned", COLOUR, *plain(35, 90, 180, unit="°"))
def hue(d, degrees):
    d.pipe(f"hue=h={'-' if d.odd else ''}{degrees}")


@edit("vivid", "More saturated", COLOUR, *[(f"{v} ×", v) for v in (1.5, 2.2, 3)])
def vivid(d, by):
    d.pipe(f"eq=saturation={by}")


@edit("warmth", "Warmer or colder light", COLOUR, ("slightly", (4800, 8500)), ("clearly", (3200, 13000)), ("strongly", (2000, 26000)))
def warmth(d, kelvin):
    d.pipe(f"colortemperature=temperature={kelvin[int(d.odd)]}")


@edit("grey", "Grey", COLOUR, ("no colour", 0))
def grey(d, _):
    d.pipe("hue=s=0")


@edit("sepia", "Sepia", COLOUR, ("old photo", 0))
def sepia(d, _):
    d.pipe("format=rgb24,colorchannelmixer=.39:.77:.19:0:.35:.69:.17:0:.27:.53:.13")


@edit("posterise", "Posterised", COLOUR, *plain(6, 4, 2, unit=" levels"))
def posterise(d, levels):
    step = 256 / levels
    table = f"trunc(val/{step:.3f})*{255 / (levels - 1):.3f}"
    d.pipe(f"format=rgb24,lutrgb=r='{table}':g='{table}':b='{table}'")


@edit("invert", "Inverted", COLOUR, ("negative", 0))
def invert(d, _):
    d.pipe("format=rgb24,negate")


@edit("vignette", "Vignette", COLOUR, ("soft", 0.5), ("clear", 0.8), ("heavy", 1.15))
def vignette(d, angle):
    d.pipe(f"vignette=a={angle}")


@edit("flicker", "Light that comes and goes", COLOUR, *per_cent(8, 18, 32))
def flicker(d, by):
    d.pipe(f"eq=brightness='{by}*sin(7.3*t)':eval=frame")


# ---- degradation

WORSE = "Sharpness and noise"


@edit("blur", "Blurred (of 360 lines)", WORSE, *plain(1.6, 3.5, 7, unit=" px"))
def blur(d, sigma):
    d.pipe(f"gblur=sigma={sigma * d.unit:.2f}:steps=2")


@edit("smear", "Frames blended with the ones before", WORSE, *plain(3, 7, 15, unit=" frames"))
def smear(d, frames):
    d.pipe(f"tmix=frames={frames}")


@edit("noise", "Noise", WORSE, *plain(14, 30, 60, unit=" levels"))
def noise(d, strength):
    d.pipe(f"noise=alls={strength}:allf=t:all_seed={100 + d.clip.number}")
    # A platform would not spend more on it.
    d.encoder += ["-maxrate", "2500k", "-bufsize", "2500k"]


@edit("sharpen", "Sharpened", WORSE, *[(f"{v} ×", v) for v in (1.2, 2.5, 4.5)])
def sharpen(d, amount):
    d.pipe(f"unsharp=7:7:{amount}")


@edit("mosaic", "Mosaic", WORSE, *[(f"blocks of {v} px", v) for v in (6, 14, 28)])
def mosaic(d, size):
    d.pipe(f"pixelize=w={size}:h={size}")


# ---- things laid over it

OVER = "Laid over it"
INKS = ["#ffd23f", "#3bceac", "#ee4266", "#f7f7ff", "#9bc53d", "#fa7921"]


def words(text, size, ink, paper=None, outline="#000", width=None):
    """One line of text as SVG, as wide as it needs."""
    w, h = width or even(len(text) * size * 0.66 + size), even(size * 1.7)
    back = f'<rect width="{w}" height="{h}" fill="{paper}"/>' if paper else ""
    stroke = "" if paper else f' stroke="{outline}" stroke-width="{size / 9:.1f}" paint-order="stroke"'
    return w, h, svg(w, h, back, f'<text x="{w / 2}" y="{size * 1.2:.0f}" text-anchor="middle" font-family="DejaVu Serif" '
                     f'font-weight="bold" font-size="{size}" fill="{ink}"{stroke}>{text}</text>')


@edit("caption", "Captions", OVER, ("one line", 1), ("three lines", 3), ("big words that change", 6))
def caption(d, lines):
    texts = ["wait for the end", "I could not believe it", "part two is out now", "watch this", "so good", "who knew?"]
    if lines < 6:
        for i in range(lines):
            w, h, picture = words(texts[i], 22 * d.unit, "#fff" if i % 2 else "#1b1b1b", "#1b1b1b" if i % 2 else "#f4f1de")
            d.lay(picture, f"(W-w)/2+{(i - 1) * 9}", f"H*{[0.78, 0.08, 0.5][i]}")
        return
    for i in range(6):
        w, h, picture = words(texts[i][:12], 40 * d.unit, INKS[i])
        a, b = d.seconds * i / 6, d.seconds * (i + 1) / 6
        d.lay(picture, "(W-w)/2", f"if(between(t,{a:.2f},{b:.2f}),H*{0.3 + 0.4 * (i % 2)},-h)")


@edit("logo", "A logo in a corner (share of the width)", OVER, *per_cent(12, 24, 40))
def logo(d, share):
    size = even(d.w * share)
    picture = svg(200, 110, '<rect width="200" height="110" rx="26" fill="#1d3461"/><circle cx="52" cy="55" r="34" fill="#fb5607"/>'
                  '<path d="M40 36 L72 55 L40 74z" fill="#fff"/><text x="96" y="68" font-family="DejaVu Sans" font-weight="bold" '
                  'font-size="34" fill="#fff">ZIP</text>')
    d.lay(picture, "W-w-W*0.03" if d.odd else "W*0.03", "H*0.03", f"{size}:-2")


def sticker(index):
    ink = INKS[index % len(INKS)]
    if index % 3 == 0:
        return svg(120, 120, f'<circle cx="60" cy="60" r="56" fill="{ink}" stroke="#222" stroke-width="4"/><circle cx="40" cy="48" r="8"/>'
                   '<circle cx="80" cy="48" r="8"/><path d="M30 76 Q60 108 90 76" stroke="#222" stroke-width="7" fill="none"/>')
    if index % 3 == 1:
        points = " ".join(f"{60 + r * math.cos(a):.0f},{60 + r * math.sin(a):.0f}"
                          for a, r in ((k * math.pi / 5, 58 if k % 2 else 26) for k in range(10)))
        return svg(120, 120, f'<polygon points="{points}" fill="{ink}" stroke="#222" stroke-width="4"/>')
    return svg(120, 120, f'<path d="M60 108 C-20 50 20 -4 60 34 C100 -4 140 50 60 108z" fill="{ink}" stroke="#222" stroke-width="4"/>')


@edit("stickers", "Stickers that wander", OVER, *plain(1, 4, 9, unit=" of them"))
def stickers(d, count):
    size = even((0.2 + 0.01 * count) * min(d.w, d.h))
    for i in range(count):
        fx, fy, px, py = (0.4 + 1.3 * d.rng.random(), 0.4 + 1.3 * d.rng.random(), 6 * d.rng.random(), 6 * d.rng.random())
        d.lay(sticker(i), f"(W-w)*(0.5+0.5*sin({fx:.2f}*t+{px:.2f}))", f"(H-h)*(0.5+0.5*sin({fy:.2f}*t+{py:.2f}))", f"{size}:{size}")


@edit("banner", "An opaque strip over the bottom or the top", OVER, *per_cent(14, 26, 42))
def banner(d, share):
    h = even(d.h * share)
    d.pipe(f"drawbox=x=0:y={0 if d.odd else d.h - h}:w=iw:h={h}:c=0xf2e94e:t=fill")
    _, _, picture = words("only today: half the price", min(h * 0.4, d.w / 18), "#b80c09", "#f2e94e")
    d.lay(picture, "(W-w)/2+W*0.04*sin(2*t)", f"{(0 if d.odd else d.h - h) + h * 0.2:.0f}")


@edit("covered", "Its middle covered (share of each side)", OVER, *per_cent(25, 45, 65))
def covered(d, share):
    w, h = even(d.w * share), even(d.h * share)
    d.pipe(f"drawbox=x={(d.w - w) // 2}:y={(d.h - h) // 2}:w={w}:h={h}:c=0x2d2a32:t=fill")


@edit("frame", "A frame painted over its edges (share of each side)", OVER, *per_cent(4, 9, 17))
def frame(d, share):
    t = even(min(d.w, d.h) * share)
    d.pipe(f"drawbox=c=0xe63995:t={t}:x=0:y=0:w=iw:h=ih,drawbox=c=white:t={max(2, t // 4)}:x=0:y=0:w=iw:h=ih")


@edit("weather", "Snow or confetti all over it", OVER, *plain(40, 120, 320, unit=" flakes"))
def weather(d, count):
    parts = []
    for _ in range(count * 2):
        x, y, r = d.rng.random() * d.w, d.rng.random() * d.h * 2, (3 + 5 * d.rng.random()) * d.unit
        colour = INKS[int(d.rng.random() * len(INKS))] if d.odd else "#fff"
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="{colour}" fill-opacity=".85"/>')
    d.lay(svg(d.w, d.h * 2, *parts), "6*sin(2*t)", "-h/2+mod(70*t,h/2)")


# ---- put into another frame

BOXED = "In another frame"


def fit(d, w, h):
    scale = min(w / d.w, h / d.h)
    return even(d.w * scale), even(d.h * scale)


@edit("bars", "Black bars (each of two)", BOXED, *per_cent(8, 16, 27))
def bars(d, share):
    if d.odd:
        d.resize(d.w, d.h, f"pad=iw:'2*trunc(ih*{1 / (1 - 2 * share):.4f}/2)':0:(oh-ih)/2,scale={{w}}:{{h}},setsar=1")
    else:
        d.resize(d.w, d.h, f"pad='2*trunc(iw*{1 / (1 - 2 * share):.4f}/2)':ih:(ow-iw)/2:0,scale={{w}}:{{h}},setsar=1")


@edit("coloured-bars", "Coloured bars all around (each of four)", BOXED, *per_cent(6, 14, 24))
def coloured_bars(d, share):
    w, h = even(d.w * (1 - 2 * share)), even(d.h * (1 - 2 * share))
    d.pipe(f"scale={w}:{h},pad={d.w}:{d.h}:{(d.w - w) // 2}:{(d.h - h) // 2}:0x2a6f97,setsar=1")


@edit("meme", "Under a white field with a joke (share of the height)", BOXED, *per_cent(18, 30, 45))
def meme(d, share):
    extra = even(d.h * share / (1 - share))
    d.pipe(f"pad={d.w}:{d.h + extra}:0:{extra}:white")
    d.h += extra
    size = min(extra / 3.6, d.w / 17)
    for i, text in enumerate(["when you thought", "it was over already"]):
        d.lay(words(text, size, "#111", "#fff")[2], "(W-w)/2", f"{extra * (0.06 + 0.45 * i):.0f}")


def turned_canvas(d):
    """A frame of the other orientation, as wide as this one's short side."""
    return (even(d.w * 9 / 16 * 1.2), even(d.w * 1.2)) if d.w >= d.h else (even(d.h * 1.1), even(d.h * 1.1 * 9 / 16))


@edit("blurpad", "Between blurred copies of itself, in a frame of the other orientation (share of the width)", BOXED, *per_cent(100, 85, 65))
def blurpad(d, share):
    cw, ch = turned_canvas(d)
    w, h = fit(d, cw * share, ch * share)
    a, b, c, e, new = (d.label() for _ in range(5))
    d.filters(f"[{d.video}]split[{a}][{b}];[{a}]{d.filled(cw // 8 * 2, ch // 8 * 2)},gblur=sigma=7,eq=brightness=-0.08,scale={cw}:{ch},setsar=1[{c}];"
              f"[{b}]scale={w}:{h}[{e}];[{c}][{e}]overlay={(cw - w) // 2}:{(ch - h) // 2}[{new}]")
    d.video, d.w, d.h = new, cw, ch


def picture_in(d, share, x, y):
    cw, ch = d.w, d.h
    host = d.host(cw, ch, d.seconds)
    w, h = fit(d, cw * share, ch * share)
    small_one, new = d.label(), d.label()
    d.filters(f"[{d.video}]scale={w}:{h},setsar=1[{small_one}];[{host}][{small_one}]overlay=x='{x}':y='{y}':shortest=1[{new}]")
    d.video = new


@edit("pip-corner", "A window in a corner of other footage (share of the width)", BOXED, *per_cent(60, 42, 28))
def pip_corner(d, share):
    right, low = d.clip.number % 2, d.clip.number // 2 % 2
    picture_in(d, share, "W-w-W*0.04" if right else "W*0.04", "H-h-H*0.05" if low else "H*0.05")


@edit("pip-middle", "A window in the middle of other footage (share of the width)", BOXED, *per_cent(70, 50, 33))
def pip_middle(d, share):
    picture_in(d, share, "(W-w)/2", "(H-h)/2")


@edit("pip-moving", "A window that wanders over other footage (share of the width)", BOXED, *per_cent(70, 50, 33))
def pip_moving(d, share):
    picture_in(d, share, "(W-w)*(0.5+0.5*sin(1.1*t))", "(H-h)*(0.5+0.5*cos(0.9*t))")


@edit("side-by-side", "Beside other footage, half of the frame", BOXED, ("whole, small", "fit"), ("cropped to fill", "fill"), ("a third of the frame", "third"))
def side_by_side(d, way):
    cw, ch = even(max(d.w, d.h)), even(max(d.w, d.h) * 9 / 16)
    mine = even(cw * (1 / 3 if way == "third" else 1 / 2))
    beside = d.host(cw - mine, ch, d.seconds)
    half, new = d.label(), d.label()
    if way == "fit":
        w, h = fit(d, mine, ch)
        d.filters(f"[{d.video}]scale={w}:{h},pad={mine}:{ch}:{(mine - w) // 2}:{(ch - h) // 2}:0x111111,setsar=1[{half}]")
    else:
        d.filters(f"[{d.video}]{d.filled(mine, ch)}[{half}]")
    order = f"[{beside}][{half}]" if d.odd else f"[{half}][{beside}]"
    d.filters(f"{order}hstack=shortest=1[{new}]")
    d.video, d.w, d.h = new, cw, ch


@edit("reaction", "Over or under a person who reacts, upright frame", BOXED, ("whole, small", "fit"), ("cropped to fill half", "fill"), ("upper or lower third", "third"))
def reaction(d, way):
    cw, ch = even(min(360, max(d.w, d.h))), 640
    mine = even(ch * (1 / 3 if way == "third" else 1 / 2))
    beside = d.host(cw, ch - mine, d.seconds)
    half, new = d.label(), d.label()
    if way == "fit":
        w, h = fit(d, cw, mine)
        d.filters(f"[{d.video}]scale={w}:{h},pad={cw}:{mine}:{(cw - w) // 2}:{(mine - h) // 2}:0x111111,setsar=1[{half}]")
    else:
        d.filters(f"[{d.video}]{d.filled(cw, mine)}[{half}]")
    order = f"[{beside}][{half}]" if d.odd else f"[{half}][{beside}]"
    d.filters(f"{order}vstack=shortest=1[{new}]")
    d.video, d.w, d.h = new, cw, ch


@edit("grid", "One of four pictures at once", BOXED, ("a quarter", 0))
def grid(d, _):
    names = [d.host(d.w / 2, d.h / 2, d.seconds, 0.5 + 1.5 * i) for i in range(3)]
    mine, top, low, new = (d.label() for _ in range(4))
    d.filters(f"[{d.video}]scale={even(d.w / 2)}:{even(d.h / 2)},setsar=1[{mine}]")
    names.insert(d.clip.number % 4, mine)
    d.filters(f"[{names[0]}][{names[1]}]hstack=shortest=1[{top}];[{names[2]}][{names[3]}]hstack=shortest=1[{low}];[{top}][{low}]vstack=shortest=1[{new}]")
    d.video, d.w, d.h = new, even(d.w / 2) * 2, even(d.h / 2) * 2


@edit("app", "In the window of another app, with its buttons and comments (share of the height)", BOXED, *per_cent(75, 55, 38))
def app(d, share):
    cw, ch = 360, 640
    w, h = fit(d, cw, ch * share)
    rows = [f'<circle cx="34" cy="{ch * share + 60 + 52 * i:.0f}" r="16" fill="{INKS[i % 6]}"/><text x="60" y="{ch * share + 66 + 52 * i:.0f}" '
            f'font-family="DejaVu Sans" font-size="15" fill="#333">{t}</text>'
            for i, t in enumerate(["love this so much", "where is that place?", "first", "again, please", "saved it", "my sister too"])]
    page = svg(cw, ch, f'<rect width="{cw}" height="{ch}" fill="#f3f3f6"/><rect width="{cw}" height="26" fill="#fff"/>'
               f'<text x="12" y="18" font-family="DejaVu Sans" font-size="14" fill="#444">9:41</text>', *rows)
    index = d.add_input("-i", d.draw(page))
    back, mine, new = d.label(), d.label(), d.label()
    d.filters(f"[{index}:v]format=yuv420p,loop=-1:1,settb=1/{d.fps},setpts=N,trim=duration={d.seconds:.3f}[{back}];"
              f"[{d.video}]scale={w}:{h},setsar=1[{mine}];[{back}][{mine}]overlay=x={(cw - w) // 2}:y=30:shortest=1[{new}]")
    d.video, d.w, d.h = new, cw, ch


# ---- filmed off a screen

CAMERA = "Filmed off a screen"


def film(d, level, upright=False):
    """A screen with its stripes of colour, a camera with a grid of its own (which is what makes the moiré), slant, a shaking
    hand, a dark room, bands that roll, glare, vignette, dull colours, noise, a low rate."""
    big_w, big_h = even(d.w * 1.45), even(d.h * 1.45)
    pitch = [3.1, 3.3, 3.5][level - 1]
    stripes = svg(big_w, big_h, f'<defs><pattern id="p" width="{pitch}" height="{pitch}" patternUnits="userSpaceOnUse">'
                  f'<rect width="{pitch / 3:.2f}" height="{pitch}" fill="#600"/><rect x="{pitch / 3:.2f}" width="{pitch / 3:.2f}" height="{pitch}" fill="#050"/>'
                  f'<rect x="{2 * pitch / 3:.2f}" width="{pitch / 3:.2f}" height="{pitch}" fill="#006"/><rect width="{pitch}" height="{pitch * 0.3:.2f}" fill="#000"/>'
                  f'</pattern></defs><rect width="{big_w}" height="{big_h}" fill="url(#p)" fill-opacity="{[0.3, 0.38, 0.45][level - 1]}"/>')
    d.pipe(f"scale={big_w}:{big_h}:flags=bilinear")
    d.lay(stripes, "0", "0")
    # The screen in its room, then slanted.
    room = [0.06, 0.14, 0.28][level - 1]
    cw, ch = even(big_w * (1 + 2 * room)), even(big_h * (1 + 2 * room))
    if upright and d.w > d.h:
        cw, ch = even(big_w * 1.06), even(big_w * 1.06 * 1.3)
    s = [0.02, 0.06, 0.12][level - 1] * (-1 if d.odd else 1)
    x = [s * cw * 0.3, cw * (1 - abs(s) * 0.2), -s * cw * 0.2, cw * (1 - s * 0.25)]
    y = [s * ch * 0.9, abs(s) * ch * 0.1, ch * (1 - s * 0.4), ch * (1 + s * 0.35)]
    corners = ":".join(f"x{i}={x[i]:.1f}:y{i}={y[i]:.1f}" for i in range(4))
    d.pipe(f"pad={even(big_w + 16)}:{even(big_h + 16)}:8:8:0x08080a,pad={max(cw, even(big_w + 20))}:{max(ch, even(big_h + 20))}:-1:-1:0x1d1a17"
           f",perspective={corners}:sense=destination")
    cw, ch = max(cw, even(big_w + 20)), max(ch, even(big_h + 20))
    # The hand and the camera's own, coarser grid.
    move = [0.008, 0.014, 0.022][level - 1]
    w, h = even(cw * (1 - 2 * move)), even(ch * (1 - 2 * move))
    out = 360 / min(w, h)
    d.w, d.h = even(w * out), even(h * out)
    d.pipe(f"crop={w}:{h}:x='(iw-ow)/2*(1+0.6*sin(2.7*t)+0.4*sin(7*t))':y='(ih-oh)/2*(1+0.6*cos(3.1*t)+0.4*sin(8.3*t+1))'"
           f",scale={d.w}:{d.h}:flags=fast_bilinear,setsar=1")
    band = svg(d.w, d.h * 2, '<defs><linearGradient id="b" x2="0" y2="1">' + "".join(
        f'<stop offset="{i / 6:.3f}" stop-color="#000" stop-opacity="{[0, 0.1, 0.17, 0.25][level] if i % 2 else 0}"/>' for i in range(7)) +
        f'</linearGradient></defs><rect width="{d.w}" height="{d.h * 2}" fill="url(#b)"/>')
    d.lay(band, "0", "-h/2+mod(95*t,h/2)")
    glare = svg(300, 300, f'<defs><radialGradient id="g"><stop stop-color="#fff" stop-opacity="{[0.18, 0.38, 0.6][level - 1]}"/>'
                '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs><ellipse cx="150" cy="150" rx="150" ry="130" fill="url(#g)"/>')
    d.lay(glare, "W*0.55+9*sin(2*t)" if d.odd else "W*0.02+9*sin(2*t)", "H*0.05", f"{even(min(d.w, d.h) * 0.6)}:-2")
    d.pipe(f"gblur=sigma={[0.5, 0.8, 1.2][level - 1]}:steps=1,eq=brightness='0.03*sin(1.9*t)-0.0{level * 2}':contrast={[0.95, 0.85, 0.72][level - 1]}"
           f":saturation={[0.9, 0.75, 0.6][level - 1]}:gamma={[1.0, 1.1, 0.85][level - 1]}:eval=frame,vignette=a={[0.3, 0.45, 0.6][level - 1]}"
           f",noise=alls={[5, 9, 15][level - 1]}:allf=t:all_seed={300 + d.clip.number}")
    h264(d, [28, 32, 36][level - 1])


@edit("screen", "Filmed off a screen", CAMERA, ("close and straight", 1), ("tilted", 2), ("far, dark, aslant", 3))
def screen(d, level):
    film(d, level)


@edit("screen-upright", "Filmed off a screen with the phone upright", CAMERA, ("close", 1), ("tilted", 2), ("aslant", 3))
def screen_upright(d, level):
    film(d, level, upright=True)


# ---- several at once


MIXED = "Several at once"


def all_of(*steps):
    """Several edits one after another, each as (edit, value)."""

    def make(d, _):
        for step, value in steps:
            step(d, value)

    return make


def mixed(key, title, *variants):
    EDITS.append(Edit(key, title, MIXED, lambda d, steps: all_of(*steps)(d, None), list(variants)))


mixed("repost", "The usual repost", ("mirrored, cropped to 85 %", [(mirror, 0), (crop, 0.85)]),
      ("and caption, warmer", [(mirror, 0), (crop, 0.85), (caption, 1), (warmth, (3600, 11000))]),
      ("and 8 % faster, coarse", [(mirror, 0), (crop, 0.85), (caption, 1), (warmth, (3600, 11000)), (speed, 0.08), (h264, 38)]))
mixed("compilation", "In a compilation", ("4 s, captioned", [(caption, 1), (splice, 4)]),
      ("3 s, bars, logo", [(bars, 0.14), (logo, 0.2), (splice, 3)]), ("2.5 s, cropped, grey", [(crop, 0.75), (grey, 0), (splice, 2.5)]))
mixed("upright", "Made upright", ("blurred padding, caption", [(blurpad, 0.95), (caption, 1)]),
      ("and stickers, mirrored", [(mirror, 0), (blurpad, 0.9), (caption, 1), (stickers, 3)]),
      ("and zoomed, noisy, coarse", [(mirror, 0), (zoom, 1.25), (blurpad, 0.85), (stickers, 3), (noise, 14), (h264, 36)]))
mixed("window", "In a window, changed", ("55 %, brighter", [(brightness, 0.12), (pip_middle, 0.55)]),
      ("45 %, mirrored, coarse", [(mirror, 0), (pip_corner, 0.45), (h264, 36)]),
      ("40 %, mirrored, tilted, noisy", [(mirror, 0), (tilt, 4), (pip_corner, 0.4), (noise, 16)]))
mixed("remix", "Cut and coloured", ("jump cuts, hue", [(jump_cuts, (2, 0.6)), (hue, 60)]),
      ("pieces moved, mirrored, contrast", [(shuffle, 3), (mirror, 0), (contrast, 0.35)]),
      ("pieces moved, 12 % faster, cropped, vignette", [(shuffle, 3), (speed, 0.12), (crop, 0.8), (vignette, 0.7)]))
mixed("turned-and-more", "Turned or inverted, then edited", ("a quarter right, cropped", [(crop, 0.8), (turned, 1)]),
      ("half a turn, captioned, coarse", [(turned, 2), (caption, 1), (h264, 36)]),
      ("negative, mirrored, noisy", [(invert, 0), (mirror, 0), (noise, 14)]))
mixed("screen-and-more", "Filmed off a screen, then edited", ("mirrored", [(screen, 1), (mirror, 0)]),
      ("cropped, captioned", [(screen, 2), (crop, 0.85), (caption, 1)]), ("in a window", [(screen, 1), (pip_middle, 0.6)]))


# ---- sound

SOUND = "Only the sound is left, under another picture"


def only_sound(key, title, *strengths):
    def register(step):
        def make(d, value):
            d.keep_sound()
            step(d, value)
            d.other_picture()

        EDITS.append(Edit(key, title, SOUND, make, list(strengths), True, "sound"))
        return step

    return register


def both(key, title, *strengths):
    return edit(key, title, "Picture and sound together", *strengths, sound=True, expect="both")


@only_sound("sound-only", "The sound as it is", ("AAC 64 kbit/s", 0))
def sound_only(d, _):
    pass


@only_sound("sound-coarse", "Coarser", *plain(32, 20, 12, unit=" kbit/s"))
def sound_coarse(d, rate):
    d.audio_encoder = ["-c:a", "aac", "-b:a", f"{rate}k", "-ac", "1", "-ar", "32000" if rate > 24 else "16000"]


@only_sound("sound-speed", "Faster or slower, pitch with it", *per_cent(5, 12, 25))
def sound_speed(d, by):
    rate = 1 / (1 + by) if d.odd else 1 + by
    d.sound(f"asetrate={32000 * rate:.0f},aresample=32000")
    d.faster(rate)


@only_sound("sound-tempo", "Faster or slower, same pitch", *per_cent(5, 12, 25))
def sound_tempo(d, by):
    rate = 1 / (1 + by) if d.odd else 1 + by
    d.sound(f"atempo={rate:.5f}")
    d.faster(rate)


@only_sound("sound-pitch", "Higher or lower, same speed (semitones)", *plain(1, 2, 4))
def sound_pitch(d, semitones):
    rate = 2 ** ((-semitones if d.odd else semitones) / 12)
    d.sound(f"asetrate={32000 * rate:.0f},aresample=32000,atempo={1 / rate:.5f}")


@only_sound("sound-apart", "Faster or slower, and higher or lower by another amount",
            ("4 %, 1 semitone", (0.04, 1)), ("8 %, 2 semitones", (0.08, 2)), ("16 %, 3 semitones", (0.16, 3)))
def sound_apart(d, both):
    rate, pitch = 1 + both[0], 2 ** (-both[1] / 12)
    if d.odd:
        rate, pitch = 1 / rate, 1 / pitch
    d.sound(f"asetrate={32000 * pitch:.0f},aresample=32000,atempo={rate / pitch:.5f}")
    d.faster(rate)


@only_sound("sound-under", "Under other speech and music", ("10 dB louder than the other", 10), ("as loud", 0), ("6 dB quieter than the other", -6))
def sound_under(d, decibels):
    other, new = d.foreign_sound(), d.label()
    d.filters(f"[{d.audio}]volume={decibels}dB[{new}m];[{new}m][{other}]amix=inputs=2:duration=first:normalize=0,alimiter=limit=0.9[{new}]")
    d.audio = new


@only_sound("sound-room", "Through a loudspeaker and a room", ("near", 1), ("across the room", 2), ("from next door", 3))
def sound_room(d, level):
    low, high, echo = [(180, 7000, "0.8:0.8:19|43:0.3|0.2"), (300, 4200, "0.8:0.7:31|67|109:0.5|0.4|0.3"),
                       (120, 1400, "0.8:0.6:41|89|151:0.6|0.5|0.4")][level - 1]
    d.sound(f"highpass=f={low},lowpass=f={high},aecho={echo},volume={[0.8, 0.5, 0.4][level - 1]}")


@only_sound("sound-noise", "In noise", ("faint", 0.02), ("clear", 0.06), ("loud", 0.17))
def sound_noise(d, amplitude):
    new = d.label()
    index = d.add_input("-f", "lavfi", "-i", f"anoisesrc=color=pink:amplitude={amplitude}:seed=7:r=32000:d={d.seconds:.2f}")
    d.filters(f"[{index}:a]aformat=channel_layouts=mono[{new}n];[{d.audio}][{new}n]amix=inputs=2:duration=first:normalize=0[{new}]")
    d.audio = new


@only_sound("sound-trim", "Only a piece of it", *plain(4, 2.5, 1.5, unit=" s"))
def sound_trim(d, seconds):
    start = (d.seconds - seconds) / 2
    d.sound(f"atrim={start:.3f}:{start + seconds:.3f},asetpts=PTS-STARTPTS")
    d.keep(seconds)


@both("both", "Picture and sound kept", ("good", 0), ("coarse", 1), ("very coarse", 2))
def keep_both(d, level):
    d.keep_sound()
    h264(d, [26, 36, 44][level])
    d.audio_encoder = ["-c:a", "aac", "-b:a", ["64k", "24k", "16k"][level], "-ac", "1", "-ar", "32000" if level == 0 else "16000"]


@edit("other-sound", "Sound replaced, picture kept", "Picture and sound together", ("other speech and music", 0), sound=True)
def other_sound(d, _):
    d.audio = d.foreign_sound()


@both("both-speed", "Picture and sound faster or slower", *per_cent(4, 10, 24))
def both_speed(d, by):
    sound_speed(d, by)


@both("both-screen", "Filmed off a screen in a room", ("close", 1), ("tilted, across the room", 2), ("far, dark", 3))
def both_screen(d, level):
    sound_room(d, min(level, 2))
    film(d, level)


@both("both-hidden", "Sound kept, picture in a window of 30 %, mirrored", ("in a corner", 0))
def both_hidden(d, _):
    d.keep_sound()
    mirror(d, 0)
    pip_corner(d, 0.3)
