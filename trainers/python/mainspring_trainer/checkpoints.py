"""Checkpoints: `<step>/` with the trainer's files and `manifest.json`, which says which files belong to it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .files import digests, write_json

MANIFEST = "manifest.json"
KEPT = 3  # the engine may still be copying an older one


@dataclass(frozen=True)
class Checkpoint:
    step: int
    folder: Path
    attempt: int


def read(folder: Path) -> Checkpoint | None:
    """The checkpoint in a folder, if all of its files are there and are what they were."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found = digests(folder)
        whole = all(found.get(path) == digest for path, digest in manifest["files"].items())
        return Checkpoint(int(manifest["step"]), folder, int(manifest["attempt"])) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def steps(base: Path) -> list[int]:
    """Steps that have a folder, newest first."""
    names = [path.name for path in base.iterdir()] if base.is_dir() else []
    return sorted((int(name) for name in names if name.isdigit()), reverse=True)


def newest(base: Path) -> Checkpoint | None:
    return next((found for step in steps(base) if (found := read(base / str(step)))), None)


@contextmanager
def writing(base: Path, step: int, attempt: int) -> Iterator[Path]:
    """Yields an empty folder to write into. It becomes checkpoint `step` at the end, or nothing if that fails."""
    base.mkdir(parents=True, exist_ok=True)
    beside, place = base / f".{step}.writing", base / str(step)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        manifest = {"step": step, "attempt": attempt, "files": digests(beside)}
        write_json(beside / MANIFEST, manifest)
        shutil.rmtree(place, ignore_errors=True)
        os.rename(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for old in steps(base)[KEPT:]:
        shutil.rmtree(base / str(old), ignore_errors=True)
