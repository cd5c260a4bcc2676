"""A job folder in a temporary place, and trainers run in it as processes of their own."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SDK = Path(__file__).resolve().parent.parent


class JobCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="trainer-")
        self.addCleanup(folder.cleanup)
        self.base = Path(folder.name)
        self.env = {"TRAINER_BASE": folder.name, "TRAINER_ATTEMPT": "2", "TRAINER_SEED": "7"}

    def give(self, path: str, value: object) -> None:
        file = self.base / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")

    def start(self, trainer: str, **env: str) -> "subprocess.Popen[str]":
        """Runs `trainer`, the body of a train(job) function, to the contract."""
        lines = "\n".join("    " + line for line in trainer.strip().splitlines())
        program = f"import time\nfrom mainspring_trainer import Exit, Failed, run\ndef train(job):\n{lines}\nrun(train)\n"
        process = subprocess.Popen(
            [sys.executable, "-c", program, "train"],
            env={**os.environ, **self.env, **env, "PYTHONPATH": str(SDK)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def finish(self, trainer: str, **env: str) -> int:
        process = self.start(trainer, **env)
        process.communicate(timeout=60)
        return process.returncode

    def read(self, path: str) -> str:
        return (self.base / path).read_text(encoding="utf-8")
