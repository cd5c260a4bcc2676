"""Runs a training program that was written for SageMaker, unchanged, as a trainer of trainer/v1.

    python -m mainspring_trainer.sagemaker --metric log_loss='validation-logloss: ([0-9.]+)' -- python train.py

The folders are SageMaker's already. What is added: the variables of its toolkit that the engine does not set, and metrics
read from what the program prints, by the regular expressions of `metric_definitions`. The last value of each counts.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .exits import Exit, Failed
from .job import Job

LINE_CHARS = 10_000  # of a line are searched: a regular expression may take long on more


def main(arguments: list[str]) -> int:
    job = Job()
    job.listen()
    try:
        metrics, command = _parse(arguments)
        code, last = _run(job, metrics, command)
        if code == 0 and not (job.base / "output/result.json").exists():
            job.result(last)
        return code
    except Failed as failed:
        job.write_failure(failed.reason)
        print(failed.reason, file=sys.stderr)
        return failed.code


def _parse(arguments: list[str]) -> tuple[dict[str, re.Pattern[str]], list[str]]:
    own, separator, command = _split(arguments)
    parser = argparse.ArgumentParser(prog="mainspring_trainer.sagemaker", exit_on_error=False)
    parser.add_argument("--metric", action="append", default=[], metavar="NAME=REGEX")
    try:
        given = parser.parse_args(own).metric
    except (argparse.ArgumentError, SystemExit) as error:
        raise Failed(Exit.CONFIGURATION, f"{error}: expected --metric NAME=REGEX, then --") from error
    if not separator or not command:
        raise Failed(Exit.CONFIGURATION, "no program to run: name it after --, e.g. -- python train.py")
    metrics: dict[str, re.Pattern[str]] = {}
    for definition in given:
        name, equals, expression = definition.partition("=")
        try:
            pattern = re.compile(expression)
        except re.error as error:
            raise Failed(Exit.CONFIGURATION, f"--metric {definition!r} is no regular expression: {error}") from error
        if not name or not equals or pattern.groups != 1:
            raise Failed(
                Exit.CONFIGURATION,
                f"--metric is {definition!r}, expected NAME=REGEX with one group that is the number, "
                "e.g. log_loss='logloss: ([0-9.]+)'",
            )
        metrics[name] = pattern
    return metrics, command


def _split(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    at = arguments.index("--")
    return arguments[:at], True, arguments[at + 1 :]


def _run(job: Job, metrics: Mapping[str, re.Pattern[str]], command: list[str]) -> tuple[int, dict[str, float]]:
    (job.base / "output/data").mkdir(parents=True, exist_ok=True)
    try:
        program = subprocess.Popen(
            command, env=environment(job.base, os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise Failed(127, f"cannot start {command[0]!r}: {error.strerror}") from error
    # The engine signals the whole process group; a signal to this process alone is passed on.
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda got, _frame: program.send_signal(got))
    if job.stopping:  # it came before there was a trainer to pass it on to
        program.terminate()

    last: dict[str, float] = {}
    seen = dict.fromkeys(metrics, 0)
    assert program.stdout
    for raw in program.stdout:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        found = _values(metrics, raw[:LINE_CHARS].decode("utf-8", "replace"))
        for name, value in found.items():
            last[name] = value
            seen[name] += 1
        if found:
            job.progress(max(seen.values()), None, last)
    code = program.wait()
    return (128 - code if code < 0 else code), last


def _values(metrics: Mapping[str, re.Pattern[str]], line: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, pattern in metrics.items():
        match = pattern.search(line)
        try:
            if match:
                found[name] = float(match.group(1))
        except (TypeError, ValueError):
            pass  # The group took no part, or is no number: a line like any other.
    return found


def environment(base: Path, env: Mapping[str, str]) -> dict[str, str]:
    """What SageMaker's toolkit sets beside the variables of the engine, which win."""
    config = base / "input/config"

    def text(name: str) -> str:
        try:
            return json.dumps(json.loads((config / name).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return "{}"

    host = "algo-1"
    return {
        "SAGEMAKER_BASE_DIR": str(base),
        "SM_CURRENT_HOST": host,
        "SM_HOSTS": json.dumps([host]),
        "SM_INPUT_DIR": str(base / "input"),
        "SM_INPUT_CONFIG_DIR": str(config),
        "SM_INPUT_DATA_CONFIG": text("inputdataconfig.json"),
        "SM_LOG_LEVEL": "20",
        "SM_MODEL_DIR": str(base / "model"),
        "SM_MODULE_DIR": os.getcwd(),
        "SM_NETWORK_INTERFACE_NAME": "lo",
        "SM_OUTPUT_DATA_DIR": str(base / "output/data"),
        "SM_OUTPUT_DIR": str(base / "output"),
        "SM_RESOURCE_CONFIG": text("resourceconfig.json"),
        **env,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
