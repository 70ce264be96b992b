"""A manifest as Spark's tasks read it: one JSON object a line, absolute paths, cut into partitions of so many lines.

The tasks get byte ranges of that file, not lines: the driver holds two numbers for each thousand videos.
"""

import csv
import hashlib
import json
import os

KNOWN = ("path", "key", "video_id", "creator", "market", "surface", "published_at")


class ManifestError(Exception):
    """Names the line and what is wrong with it."""


def records(path):
    """(line, fields) of every record of a manifest: JSON Lines, or CSV with a header where the name says .csv."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            yield from csv_records(file, path) if path.lower().endswith(".csv") else json_records(file, path)
        except UnicodeDecodeError:
            raise ManifestError(f"{path}: the manifest cannot be read as UTF-8 text") from None


def csv_records(file, path):
    reader = csv.DictReader(file, strict=True)
    line = 1
    try:
        for row in reader:
            # A record begins behind the last line of the one before; DictReader passes over empty lines.
            yield line + 1, {name: value for name, value in row.items() if name in KNOWN and value}
            line = reader.line_num
    except csv.Error as error:
        raise ManifestError(f"{path}:{line + 1}: the manifest is not well-formed CSV: {error}") from None


def json_records(file, path):
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise ManifestError(f"{path}:{number}: this line is not a JSON object")
        yield number, {name: fields[name] for name in KNOWN if fields.get(name) is not None}


def prepare(path, out, size):
    """Writes the manifest's lines for the tasks to `out`, and gives (partitions, lines, digest): partitions are (start,
    end) in bytes, of `size` lines each; the digest is of everything that decides what the partitions hold."""
    folder = os.path.dirname(os.path.abspath(path))
    digest = hashlib.sha256(f"{size}\n".encode())
    partitions, start, end, lines = [], 0, 0, 0
    with open(out, "wb") as file:
        for number, fields in records(path):
            if not isinstance(fields.get("path"), str) or not fields["path"]:
                raise ManifestError(f"{path}:{number}: the field `path` is missing")
            media = os.path.normpath(os.path.join(folder, fields.pop("path")))
            line = json.dumps({"line": number, "path": media, "video": fields}, ensure_ascii=False, sort_keys=True)
            data = line.encode() + b"\n"
            file.write(data)
            digest.update(data)
            end += len(data)
            lines += 1
            if lines % size == 0:
                partitions.append((start, end))
                start = end
        if end > start:
            partitions.append((start, end))
        file.flush()
        os.fsync(file.fileno())
    return partitions, lines, digest.hexdigest()


def read(path, start, end):
    """The lines of one partition, as bytes without line feeds."""
    with open(path, "rb") as file:
        file.seek(start)
        return file.read(end - start).splitlines()
