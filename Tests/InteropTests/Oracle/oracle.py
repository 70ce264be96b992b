"""Answers for other people's tools: a JSON list of questions on standard input, a list of answers on standard output.

Each question is an object whose `ask` names a function below and whose other keys are its arguments.
"""

import dataclasses
import json
import pathlib
import sys

import iscc_core
import pdqhash
import vpdq
from PIL import Image
from threatexchange.exchanges.impl.file_api import FileCollaborationConfig, LocalFileSignalExchangeAPI
from threatexchange.extensions.vpdq.vpdq import VPDQSignal
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_file
from threatexchange.signal_type.pdq.signal import PdqSignal

TYPES = {kind.get_name(): kind for kind in (PdqSignal, VPDQSignal, VideoMD5Signal)}


def names():
    """What the tools call their types, their content and the exchange's indicators."""
    def indicators(kind):
        given = getattr(kind, "INDICATOR_TYPE", {})
        return {given: None} if isinstance(given, str) else dict(given)

    return [
        {"name": name, "content": [content.get_name() for content in kind.get_content_types()],
         "indicators": indicators(kind)}
        for name, kind in TYPES.items()]


def validate(type, signal):
    try:
        return {"signal": TYPES[type].validate_signal_str(signal)}
    except Exception as error:  # each type throws its own
        return {"error": str(error)}


def compare(type, a, b):
    result = TYPES[type].compare_hash(a, b)
    return {"match": bool(result.match), "distance": dataclasses.asdict(result.distance)}


def index(type, entries, queries):
    """Builds the tool's own index and asks it."""
    built = TYPES[type].get_index_cls().build([(signal, number) for number, signal in enumerate(entries)])
    return [
        sorted([match.metadata, match.similarity_info.pretty_str()] for match in built.query(query))
        for query in queries]


def hash_file(type, path):
    return TYPES[type].hash_from_file(pathlib.Path(path))


def features(path, seconds_per_hash):
    """Frames as vpdq's own command writes them."""
    return [
        {"frame": found.frame_number, "quality": found.quality, "hash": found.hex, "timestamp": found.timestamp}
        for found in vpdq.computeHash(path, seconds_per_hash=seconds_per_hash)]


def picture(path):
    """Of one picture, by threatexchange, and by pdqhash of the pixels as they are."""
    import numpy

    bits, quality = pdqhash.compute(numpy.asarray(Image.open(path).convert("RGB")))
    plain = "".join(str(int(bit)) for bit in bits)
    return {"threatexchange": pdq_from_file(pathlib.Path(path)), "pdqhash": [f"{int(plain, 2):064x}", int(quality)]}


def local_file(path):
    """Reads a list of signals the way the tools' local exchange does."""
    exchange = LocalFileSignalExchangeAPI.for_collab(FileCollaborationConfig(name="list", filename=path))
    return sorted([type, signal] for delta in exchange.fetch_iter([], None) for type, signal in delta.updates)


def iscc_video(signatures, bits):
    return iscc_core.gen_video_code_v0([tuple(signature) for signature in signatures], bits)["iscc"]


def iscc_audio(words, bits):
    return iscc_core.gen_audio_code_v0(words, bits)["iscc"]


def iscc_conformance():
    """The standard's vectors as the package ships them."""
    path = pathlib.Path(iscc_core.__file__).parent / "data.json"
    with open(path, encoding="utf-8") as file:
        return {name: cases for name, cases in json.load(file).items() if name in (
            "gen_video_code_v0", "gen_audio_code_v0")}


def main():
    answers = []
    for question in json.load(sys.stdin):
        answers.append(globals()[question.pop("ask")](**question))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
