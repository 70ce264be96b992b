"""The clips that damaged files are made of: every container and most codecs that Moiré reads, a second or two each, small,
so that a mutation hits structure more often than pixels. No two show or sound the same, so that a damaged file is a copy
of its own clip's others only: with one picture in all seventeen a batch of 250 cost five times the processor time, all of
it for comparing copies and folding what was found."""
import subprocess

# Stand for what a clip of its own shows and sounds like; `draw` puts them in.
PICTURE, SOUND = ["PICTURE"], ["SOUND"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]

CLIPS = {
    "h264-aac.mp4": PICTURE + SOUND + H264 + ["-c:a", "aac", "-movflags", "+faststart"],
    "fragments.mp4": PICTURE + SOUND + H264 + ["-c:a", "aac", "-g", "6", "-movflags", "frag_keyframe+empty_moov"],
    "hevc.mp4": PICTURE + ["-c:v", "libx265", "-x265-params", "log-level=error:pools=1", "-pix_fmt", "yuv420p"],
    "prores.mov": PICTURE + SOUND + ["-c:v", "prores", "-c:a", "pcm_s16be"],
    "sound.m4a": SOUND + ["-c:a", "alac"],
    "h264-opus.mkv": PICTURE + SOUND + H264 + ["-c:a", "libopus"],
    "vp9-vorbis.webm": PICTURE + SOUND + ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime", "-c:a", "libvorbis"],
    "vp8.mkv": PICTURE + ["-c:v", "libvpx", "-live", "1", "-f", "matroska"],
    "mpeg2-mp2.ts": PICTURE + SOUND + ["-c:v", "mpeg2video", "-b:v", "300k", "-c:a", "mp2"],
    "h264-ac3.ts": PICTURE + SOUND + H264 + ["-c:a", "ac3"],
    "theora-vorbis.ogg": PICTURE + SOUND + ["-c:v", "libtheora", "-c:a", "libvorbis"],
    "sound.opus": SOUND + ["-c:a", "libopus"],
    "flac.oga": SOUND + ["-c:a", "flac", "-f", "ogg"],
    "mpeg4-mp3.avi": PICTURE + SOUND + ["-c:v", "mpeg4", "-c:a", "libmp3lame", "-ar", "44100"],
    "flv1.flv": PICTURE + SOUND + ["-c:v", "flv", "-c:a", "aac"],
    "sound.wav": SOUND + ["-c:a", "pcm_s16le"],
    "picture.gif": PICTURE,
}


def content(word, number):
    """Conway's game of life from another start, and another tune, for every number."""
    if word == "PICTURE":
        life = f"life=s=40x30:r=12:ratio=0.3:seed={number + 1}"
        return ["-f", "lavfi", "-t", "1.5", "-i", f"{life},scale=160:120,format=yuv420p"]
    steps = [300 + 37 * ((number * 7 + step * 11) % 41) for step in range(6)]
    tune = "+".join(rf"{hertz}*eq(floor(mod(t*8\,6))\,{step})" for step, hertz in enumerate(steps))
    return ["-f", "lavfi", "-i", f"aevalsrc=0.3*sin(2*PI*t*({tune})):s=32000:d=1.5"]


def draw(folder):
    """Draws what this FFmpeg can encode; the rest is named and left out."""
    paths = []
    for number, (name, words) in enumerate(CLIPS.items()):
        path = f"{folder}/{name}"
        arguments = [part for word in words for part in (content(word, number) if word in ("PICTURE", "SOUND") else [word])]
        exact = ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
        done = subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, *exact, path], stdin=subprocess.DEVNULL,
            capture_output=True, text=True)
        if done.returncode == 0:
            paths.append(path)
        else:
            print(f"{name} is left out: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    return paths
