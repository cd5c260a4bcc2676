import errno
import hashlib
import json
import signal
import time

from .support import JobCase

LOOP = """
resumed = job.resume()
step = resumed.step if resumed else 0
while not job.stopping:
    step += 1
    job.progress(step)
    time.sleep(0.01)
with job.checkpoint(step) as folder:
    (folder / "state").write_text(str(step))
job.preempted()
"""


class Process(JobCase):
    def test_writes_the_result_with_metrics_and_digests_and_exits_0(self) -> None:
        self.give("input/data/train/a.parquet", "rows")
        trainer = """
        job.model.mkdir()
        (job.model / "model.onnx").write_text("weights")
        job.result({"loss": 0.5})
        """
        self.assertEqual(self.finish(trainer.replace("\n        ", "\n")), 0)
        result = json.loads(self.read("output/result.json"))
        digest = hashlib.sha256(b"weights").hexdigest()
        self.assertEqual(result["metrics"], {"loss": 0.5})
        self.assertEqual(result["files"], {"model.onnx": digest})
        self.assertEqual(list(result["dataset"]), ["train/a.parquet"])
        self.assertEqual([path.name for path in (self.base / "output").iterdir()], ["result.json"])

    def test_refuses_a_metric_that_is_not_finite(self) -> None:
        self.assertEqual(self.finish('job.result({"loss": float("nan")})'), 1)
        self.assertIn('metric "loss" is nan', self.read("output/failure"))
        self.assertFalse((self.base / "output/result.json").exists())

    def test_fails_with_the_code_and_reason_that_the_trainer_gives(self) -> None:
        self.assertEqual(self.finish('job.fail(Exit.DATA, "no rows " + "x" * 5000)'), 65)
        self.assertEqual(len(self.read("output/failure")), 1024)

    def test_leaves_the_reason_of_an_unforeseen_error_and_exits_1(self) -> None:
        self.assertEqual(self.finish('{}["missing"]'), 1)
        self.assertEqual(self.read("output/failure"), "KeyError: 'missing'")

    def test_calls_a_full_disk_the_fault_of_the_machine(self) -> None:
        for number in (errno.ENOSPC, errno.EDQUOT):
            self.assertEqual(self.finish(f'with job.checkpoint(1): raise OSError({number}, "no room")'), 69)
            self.assertIn("no room", self.read("output/failure"))
        self.assertEqual(self.finish(f'raise OSError({errno.ENOENT}, "gone")'), 1)

    def test_writes_a_metric_that_is_not_finite_as_text(self) -> None:
        self.finish('job.progress(1, 2, {"a": float("nan"), "b": -float("inf"), "c": 1.5}); job.result({})')
        line = json.loads(self.read("output/progress.ndjson"))
        self.assertEqual(line["metrics"], {"a": "NaN", "b": "-Infinity", "c": 1.5})

    def test_stops_with_75_after_a_checkpoint_and_goes_on_from_it(self) -> None:
        for stop in (signal.SIGTERM, signal.SIGUSR1):
            before = json.loads(self.newest("manifest.json"))["step"] if (self.base / "checkpoints").exists() else 0
            process = self.start(LOOP)
            self.wait_for_progress(before)
            process.send_signal(stop)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 75)
            self.assertGreater(int(self.newest("state")), before)

    def test_writes_one_line_a_second_at_most_and_always_the_last(self) -> None:
        trainer = 'for step in range(1, 501): job.progress(step, 500, {"loss": 1 / step, "bad": float("nan")})\njob.result({})'
        self.assertEqual(self.finish(trainer), 0)
        lines = [json.loads(line) for line in self.read("output/progress.ndjson").splitlines()]
        self.assertLess(len(lines), 500)
        self.assertEqual((lines[0]["step"], lines[-1]["step"], lines[-1]["total"]), (1, 500, 500))
        self.assertEqual(lines[-1]["metrics"], {"loss": 0.002, "bad": "NaN"})
        self.assertTrue(lines[-1]["ts"].endswith("Z"))

    def test_writes_a_line_at_once_where_a_trial_is_judged(self) -> None:
        trainer = 'for step in range(1, 501): job.progress(step, 500, {"loss": 1 / step})\njob.result({})'
        self.env["TRAINER_REPORT_STEPS"] = "10,30,90"
        self.assertEqual(self.finish(trainer), 0)
        steps = [json.loads(line)["step"] for line in self.read("output/progress.ndjson").splitlines()]
        self.assertLessEqual({10, 30, 90}, set(steps))
        self.assertEqual(steps, sorted(set(steps)))

    def newest(self, name: str) -> str:
        steps = [int(path.name) for path in (self.base / "checkpoints").iterdir() if path.name.isdigit()]
        return self.read(f"checkpoints/{max(steps)}/{name}")

    def wait_for_progress(self, before: int) -> None:
        """Until a whole line tells of a later step: the file may be there empty, or with half a line."""
        file = self.base / "output/progress.ndjson"
        for _ in range(6_000):
            whole = file.read_text().split("\n")[:-1] if file.exists() else []
            if whole and json.loads(whole[-1])["step"] > before:
                return
            time.sleep(0.01)
        self.fail(f"no progress beyond step {before} within a minute")
