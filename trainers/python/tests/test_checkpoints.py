import json

from mainspring_trainer import Job

from .support import JobCase


class Checkpoints(JobCase):
    def save(self, step: int, text: str = "weights") -> None:
        with Job(self.env).checkpoint(step) as folder:
            (folder / "model.txt").write_text(text)

    def resumed(self) -> int | None:
        found = Job(self.env).resume()
        return found.step if found else None

    def test_resumes_from_the_newest_by_number_not_by_name(self) -> None:
        self.assertIsNone(self.resumed())
        self.save(9)
        self.save(10)
        self.assertEqual(self.resumed(), 10)

    def test_lists_files_with_digest_step_and_attempt(self) -> None:
        self.save(3)
        manifest = json.loads(self.read("checkpoints/3/manifest.json"))
        self.assertEqual((manifest["step"], manifest["attempt"]), (3, 2))
        self.assertEqual(list(manifest["files"]), ["model.txt"])
        self.assertEqual(len(manifest["files"]["model.txt"]), 64)

    def test_passes_over_one_without_manifest_with_a_changed_file_or_a_lost_one(self) -> None:
        for step in (1, 2, 3):
            self.save(step)
        self.give("checkpoints/9/model.txt", "half written")
        self.assertEqual(self.resumed(), 3)
        self.give("checkpoints/3/model.txt", "other weights")
        self.assertEqual(self.resumed(), 2)
        (self.base / "checkpoints/2/model.txt").unlink()
        self.assertEqual(self.resumed(), 1)

    def test_leaves_nothing_when_writing_fails(self) -> None:
        with self.assertRaises(OSError), Job(self.env).checkpoint(5) as folder:
            (folder / "model.txt").write_text("half")
            raise OSError("disk full")
        self.assertIsNone(self.resumed())
        self.assertEqual(list((self.base / "checkpoints").iterdir()), [])

    def test_keeps_the_newest_three(self) -> None:
        for step in range(1, 7):
            self.save(step)
        names = sorted(path.name for path in (self.base / "checkpoints").iterdir())
        self.assertEqual(names, ["4", "5", "6"])

    def test_prefers_the_checkpoint_that_the_engine_names(self) -> None:
        self.save(4)
        self.save(8)
        job = Job({**self.env, "TRAINER_RESUME_FROM": str(self.base / "checkpoints/4")})
        found = job.resume()
        self.assertEqual(found and found.step, 4)
        broken = Job({**self.env, "TRAINER_RESUME_FROM": str(self.base / "nowhere")}).resume()
        self.assertEqual(broken and broken.step, 8)
