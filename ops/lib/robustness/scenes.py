"""Scenes that the demo clips lack, drawn here: rich texture under a moving camera, a person talking, a dark place, flat
shapes, a page of text, a busy fairground. Each but the last is there twice: the take that becomes a reference, and
another take of the same scene, which shares the place and no moment, and must not be reported as a copy.

A picture is SVG out of seeded loops, moved by FFmpeg. Only Random.random() is used, which gives the same numbers in
every Python.
"""

import math
import random


def svg(width, height, *parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def pick(rng, items):
    return items[int(rng.random() * len(items))]


def between(rng, low, high):
    return low + (high - low) * rng.random()


def gradient(name, *colours):
    stops = "".join(
        f'<stop offset="{i / (len(colours) - 1):.2f}" stop-color="{c}"/>' for i, c in enumerate(colours)
    )
    return f'<linearGradient id="{name}" x2="0" y2="1">{stops}</linearGradient>'


# ---- a quarry: texture everywhere, the camera walks


def quarry_wall():
    rng = random.Random(3101)
    parts = [
        gradient("rock", "#a99d8b", "#8c7a63", "#6e5d4b"),
        '<filter id="rough" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" '
        'baseFrequency="0.021 0.043" numOctaves="5" seed="17"/><feColorMatrix values="0.9 0.3 0 0 -0.1  0.7 0.3 0 0 -0.1  '
        '0.5 0.3 0 0 -0.1  0 0 0 0 1"/><feComposite operator="arithmetic" in2="SourceGraphic" k1="1.1" k3="0.4"/></filter>',
        '<rect width="2240" height="760" fill="url(#rock)" filter="url(#rough)"/>',
    ]
    for _ in range(230):
        x, y, size = between(rng, 0, 2240), between(rng, 60, 750), between(rng, 10, 62)
        corners = 5 + int(rng.random() * 4)
        points = []
        for k in range(corners):
            angle = 2 * math.pi * k / corners
            reach = size * between(rng, 0.6, 1.1)
            points.append((x + reach * math.cos(angle), y + 0.7 * reach * math.sin(angle)))
        outline = " ".join(f"{px:.0f},{py:.0f}" for px, py in points)
        lit = " ".join(f"{x + (px - x) * 0.6 - size * 0.14:.0f},{y + (py - y) * 0.6 - size * 0.16:.0f}" for px, py in points)
        shade = int(between(rng, 60, 150))
        warm = int(between(rng, 0, 26))
        parts.append(
            f'<polygon points="{outline}" fill="rgb({shade + warm},{shade},{shade - warm // 2})" stroke="#2c241c" stroke-width="2"/>'
            f'<polygon points="{lit}" fill="#fff" fill-opacity="{between(rng, 0.08, 0.3):.2f}"/>'
        )
    for _ in range(40):
        x, y = between(rng, 0, 2240), between(rng, 30, 700)
        blades = "".join(
            f'<path d="M{x:.0f} {y:.0f} q{between(rng, -9, 9):.0f} -14 {between(rng, -22, 22):.0f} -{between(rng, 18, 40):.0f}"/>'
            for _ in range(9)
        )
        parts.append(f'<g fill="none" stroke="{pick(rng, ["#55702f", "#7b8f3a", "#3f5a2a"])}" stroke-width="3">{blades}</g>')
    return svg(2240, 760, *parts)


# ---- a person talking in front of a shelf


def speaker_room():
    rng = random.Random(3203)
    parts = ['<rect width="400" height="700" fill="#5b4a3f"/>']
    for row in range(5):
        top = 20 + row * 112
        parts.append(f'<rect x="0" y="{top + 88}" width="400" height="12" fill="#3b2f28"/>')
        x = 6.0
        while x < 392:
            wide, tall = between(rng, 10, 26), between(rng, 56, 86)
            colour = pick(rng, ["#9c4a3c", "#4a6d7c", "#c9a24b", "#6b7f59", "#d8cdb8", "#7a5a86", "#2f3e4e", "#b66d3c"])
            parts.append(f'<rect x="{x:.1f}" y="{top + 88 - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>')
            parts.append(f'<rect x="{x + 3:.1f}" y="{top + 100 - tall:.1f}" width="{wide - 6:.1f}" height="4" fill="#efe6d2"/>')
            x += wide + between(rng, 1, 5)
    parts.append('<rect y="590" width="400" height="110" fill="#8a6c52"/>')
    return svg(400, 700, *parts)


def speaker_body():
    return svg(
        300,
        330,
        '<path d="M18 330 Q20 120 92 96 L150 120 L208 96 Q280 120 282 330z" fill="#2e6f71"/>',
        '<path d="M118 92 L150 132 L182 92 L176 60 H124z" fill="#c98f6b"/>',
        '<path d="M92 96 L150 150 L208 96" stroke="#1c4a4c" stroke-width="7" fill="none"/>',
        *[f'<circle cx="150" cy="{180 + 44 * i}" r="5" fill="#e9d8a6"/>' for i in range(3)],
    )


def speaker_head():
    return svg(
        160,
        190,
        '<ellipse cx="80" cy="98" rx="58" ry="74" fill="#d79c76"/>',
        '<path d="M18 92 Q10 14 84 12 Q154 14 142 96 Q132 48 86 46 Q34 46 18 92z" fill="#35231a"/>',
        '<ellipse cx="58" cy="92" rx="9" ry="7" fill="#fff"/><ellipse cx="103" cy="92" rx="9" ry="7" fill="#fff"/>',
        '<circle cx="59" cy="93" r="4.5" fill="#2b2b2b"/><circle cx="104" cy="93" r="4.5" fill="#2b2b2b"/>',
        '<path d="M45 78 q13 -8 26 0 M90 78 q13 -8 26 0" stroke="#35231a" stroke-width="5" fill="none"/>',
        '<path d="M80 96 q-8 22 4 24" stroke="#a8704e" stroke-width="4" fill="none"/>',
    )


def speaker_mouth():
    return svg(46, 32, '<ellipse cx="23" cy="16" rx="21" ry="13" fill="#7a2630"/><rect x="9" y="8" width="28" height="6" fill="#fff"/>')


def speaker_hand():
    return svg(
        90,
        150,
        '<path d="M30 150 L34 70 Q44 52 62 66 L72 150z" fill="#2e6f71"/><circle cx="48" cy="52" r="24" fill="#d79c76"/>',
        *[f'<rect x="{22 + 13 * i}" y="{6 + 3 * (i % 2)}" width="10" height="40" rx="5" fill="#d79c76"/>' for i in range(4)],
    )


# ---- a harbour at night: almost nothing to see


def harbour_shore():
    rng = random.Random(3307)
    parts = [
        gradient("night", "#05070d", "#0a1019", "#10131c"),
        '<rect width="1500" height="360" fill="url(#night)"/>',
        '<path d="M0 190 L120 150 L260 182 L420 128 L610 176 L820 140 L1040 180 L1220 146 L1500 186 V214 H0z" fill="#0b0e16"/>',
        '<rect y="212" width="1500" height="148" fill="#070b12"/>',
    ]
    for _ in range(64):
        x, y = between(rng, 0, 1500), between(rng, 166, 210)
        colour = pick(rng, ["#c98f3a", "#8f7a4a", "#5f7f9c", "#a04a3a"])
        parts.append(f'<rect x="{x:.0f}" y="{y:.0f}" width="4" height="4" fill="{colour}"/>')
        parts.append(
            f'<path d="M{x:.0f} 216 q4 {between(rng, 12, 24):.0f} -2 {between(rng, 30, 70):.0f}" stroke="{colour}" '
            f'stroke-opacity=".35" stroke-width="4" fill="none"/>'
        )
    for i in range(9):
        x = 70 + i * 165
        parts.append(f'<rect x="{x}" y="60" width="7" height="170" fill="#161b26"/><rect x="{x - 30}" y="60" width="110" height="7" fill="#161b26"/>')
    return svg(1500, 360, *parts)


def harbour_boat():
    return svg(
        190,
        90,
        '<path d="M4 56 H184 L160 84 H28z" fill="#1c2430"/><rect x="56" y="28" width="74" height="30" fill="#252f3d"/>',
        *[f'<rect x="{64 + 22 * i}" y="36" width="13" height="11" fill="#d8a54a"/>' for i in range(3)],
        '<circle cx="170" cy="50" r="5" fill="#b83a2e"/><circle cx="14" cy="50" r="5" fill="#3f9c5a"/>',
    )


# ---- a lesson in flat colours


def lesson_sheet():
    return svg(
        640,
        360,
        '<rect width="640" height="360" fill="#f2efe6"/><rect y="300" width="640" height="60" fill="#dcd5c3"/>',
        '<path d="M40 300 V60 M40 300 H600" stroke="#8d8671" stroke-width="4"/>',
    )


def lesson_sun():
    return svg(120, 120, '<circle cx="60" cy="60" r="54" fill="#e7b549"/>')


def lesson_block():
    return svg(150, 150, '<rect x="6" y="6" width="138" height="138" rx="16" fill="#4f7cac"/>')


def lesson_roof():
    return svg(180, 110, '<polygon points="90,6 174,104 6,104" fill="#c8553d"/>')


# ---- a page of text that scrolls


def page(seed):
    rng = random.Random(seed)
    heads = "ba de fo gu hi ka lo me ni pu ra so ti vo za".split()
    tails = "n rt ll s ck m nd st pe l".split()

    def word():
        return "".join(pick(rng, heads) for _ in range(1 + int(rng.random() * 3))) + pick(rng, tails)

    parts = ['<rect width="360" height="2300" fill="#fbf7ee"/>']
    y = 60
    while y < 2260:
        if rng.random() < 0.14:
            parts.append(f'<rect x="24" y="{y - 22}" width="312" height="34" fill="{pick(rng, ["#26547c", "#6b4226", "#3d5a40"])}"/>')
            parts.append(
                f'<text x="34" y="{y + 3}" font-family="DejaVu Serif" font-weight="bold" font-size="21" '
                f'fill="#fff">{word().capitalize()} {word()}</text>'
            )
            y += 46
        line = ""
        while len(line) < 27:
            line += word() + " "
        parts.append(f'<text x="26" y="{y}" font-family="DejaVu Serif" font-size="18" fill="#222">{line[:34].strip()}</text>')
        y += 31
    return svg(360, 2300, *parts)


# ---- a fairground


def fair_ground():
    rng = random.Random(3511)
    parts = [
        gradient("dusk", "#33254f", "#7c4a78", "#e28a6a"),
        '<rect width="640" height="360" fill="url(#dusk)"/><rect y="290" width="640" height="70" fill="#40302f"/>',
    ]
    for i in range(7):
        x, colour = i * 96, pick(rng, ["#c8312f", "#e8c547", "#2f8f83", "#4059ad"])
        parts.append(f'<path d="M{x} 300 L{x + 10} 220 L{x + 46} 186 L{x + 82} 220 L{x + 92} 300z" fill="{colour}"/>')
        parts.append(f'<path d="M{x + 28} 300 L{x + 36} 214 L{x + 46} 186 L{x + 56} 214 L{x + 64} 300z" fill="#f4ead5"/>')
    return svg(640, 360, *parts)


def fair_wheel():
    parts = ['<circle cx="130" cy="130" r="104" fill="none" stroke="#f1e3c6" stroke-width="6"/>']
    for i in range(10):
        a = 2 * math.pi * i / 10
        x, y = 130 + 104 * math.cos(a), 130 + 104 * math.sin(a)
        colour = ["#d7263d", "#f0a202", "#1b998b", "#2e86ab", "#8d6a9f"][i % 5]
        parts.append(f'<path d="M130 130 L{x:.1f} {y:.1f}" stroke="#f1e3c6" stroke-width="3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="18" fill="{colour}"/>')
    return svg(260, 260, *parts)


def fair_confetti():
    rng = random.Random(3517)
    return svg(
        700,
        1100,
        *[
            f'<rect x="{between(rng, 0, 690):.0f}" y="{between(rng, 0, 1090):.0f}" width="{between(rng, 5, 12):.0f}" height="7" '
            f'fill="{pick(rng, ["#fff3b0", "#ef476f", "#06d6a0", "#118ab2", "#ffd166"])}" '
            f'transform="rotate({between(rng, -30, 30):.0f})"/>'
            for _ in range(240)
        ],
    )


# Each scene: seconds, layers (name to SVG), and a graph from [NAME] streams of 25 frames a second to [v].
def speaker(sway, nod, talk, wave):
    return (
        f"[head][mouth]overlay=x=57:y='128-2*abs(sin({talk}*t))'[h]"
        f";[body][hand]overlay=x='180+18*sin({wave}*t)':y='130+60*sin({wave}*0.7*t+{sway})'[b]"
        f";[room][b]overlay=x='44+10*sin({sway}*t)':y=372[r]"
        f";[r][h]overlay=x='112+14*sin({sway}*t+0.3)':y='236+7*sin({nod}*t)'[p]"
        f";[p]crop=360:640:x='20+6*sin(0.9*t)':y='30+5*sin(1.3*t+{nod})'[v]"
    )


def lesson(fall, turn, slide):
    return (
        f"[roof]rotate=a='{turn}*sin(t)':c=none[r];[sheet][sun]overlay=x='460-{slide}*t':y='30+40*sin({fall}*t)'[a]"
        f";[a][block]overlay=x='90+{slide}*t':y='150-30*cos({fall}*0.8*t)'[b]"
        f";[b][r]overlay=x='{260 + 20 * fall:.0f}+60*sin({fall}*0.6*t)':y='60+9*t'[v]"
    )


SPEAKER = dict(room=speaker_room, body=speaker_body, head=speaker_head, mouth=speaker_mouth, hand=speaker_hand)
LESSON = dict(sheet=lesson_sheet, sun=lesson_sun, block=lesson_block, roof=lesson_roof)
SCENES = {
    "quarry": (12, dict(wall=quarry_wall), "[wall]crop=640:360:x='16+44*t+12*sin(2.1*t)':y='190+90*sin(0.5*t)+7*sin(5.3*t)'[v]"),
    "quarry-elsewhere": (8, dict(wall=quarry_wall), "[wall]crop=640:360:x='1590-38*t+12*sin(1.7*t)':y='170+80*cos(0.6*t)'[v]"),
    "speaker": (12, SPEAKER, speaker(0.8, 2.3, 9, 1.7)),
    "speaker-again": (8, SPEAKER, speaker(1.4, 1.6, 7, 2.6)),
    "harbour": (
        12,
        dict(shore=harbour_shore, boat=harbour_boat),
        "[shore]crop=640:360:x='12*t':y=0[s];[s][boat]overlay=x='-120+58*t':y='214+5*sin(2*t)',noise=alls=7:allf=t:all_seed=61[v]",
    ),
    "harbour-later": (
        8,
        dict(shore=harbour_shore, boat=harbour_boat),
        "[shore]crop=640:360:x='860-14*t':y=0[s];[s][boat]overlay=x='600-71*t':y='226+4*sin(3*t)',noise=alls=7:allf=t:all_seed=67[v]",
    ),
    "lesson": (12, LESSON, lesson(1.1, 0.5, 17)),
    "lesson-again": (8, LESSON, lesson(1.9, 0.9, 31)),
    "page": (12, dict(sheet=lambda: page(3407)), "[sheet]crop=360:640:x=0:y='12+68*t'[v]"),
    "page-two": (8, dict(sheet=lambda: page(3413)), "[sheet]crop=360:640:x=0:y='30+60*t'[v]"),
    "fair": (
        10,
        dict(ground=fair_ground, wheel=fair_wheel, confetti=fair_confetti),
        "[wheel]rotate=a='0.9*t':c=none[w];[ground][w]overlay=x='190+14*sin(t)':y=26[a];[a][confetti]overlay=x='-30+9*sin(3*t)':y='-740+70*t'[v]",
    ),
}
