from datetime import datetime, timedelta, timezone

from mainspring_trainer import Columns, Failed, Job

from .support import JobCase


class Inputs(JobCase):
    def test_reads_seed_attempt_columns_and_channels(self) -> None:
        self.give("input/config/columns.json", {"features": ["b", "a"], "label": "y"})
        self.give("input/data/train/2.parquet", "")
        self.give("input/data/train/1.parquet", "")
        job = Job(self.env)
        self.assertEqual((job.seed, job.attempt), (7, 2))
        self.assertEqual(job.columns, Columns(["b", "a"], "y"))
        self.assertEqual([file.name for file in job.channel("train")], ["1.parquet", "2.parquet"])
        self.assertEqual(job.channel("validation"), [])

    def test_counts_the_seconds_to_an_absolute_deadline(self) -> None:
        soon = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        self.assertAlmostEqual(Job({**self.env, "TRAINER_DEADLINE": soon}).seconds_left(), 3600, delta=60)
        self.assertEqual(Job(self.env).seconds_left(), float("inf"))

    def test_takes_whole_numbers_that_json_wrote_as_floats(self) -> None:
        self.give("input/config/params.json", {"rounds": 5.0})
        self.assertEqual(Job(self.env).params.integer("rounds", 1, 1, 9), 5)

    def test_names_the_parameter_its_value_and_what_is_allowed(self) -> None:
        for value in (0, 10, 2.5, "5", True, None):
            self.give("input/config/params.json", {"rounds": value})
            with self.assertRaises(Failed) as caught:
                Job(self.env).params.integer("rounds", 1, 1, 9)
            self.assertEqual(caught.exception.code, 64)
            self.assertIn(f'"rounds" is {value!r}, expected an integer from 1 to 9', caught.exception.reason)

    def test_refuses_a_number_that_is_not_finite(self) -> None:
        self.give("input/config/params.json", '{"rate": NaN}')
        with self.assertRaisesRegex(Failed, '"rate" is nan'):
            Job(self.env).params.number("rate", 0.1, 0, 1)

    def test_refuses_a_parameter_that_nobody_asked_for(self) -> None:
        self.give("input/config/params.json", {"leafs": 3})
        params = Job(self.env).params
        params.integer("leaves", 31, 2, 99)
        with self.assertRaisesRegex(Failed, 'unknown parameter "leafs"; this trainer knows leaves'):
            params.nothing_else()

    def test_takes_missing_columns_for_a_broken_configuration(self) -> None:
        with self.assertRaises(Failed) as caught:
            _ = Job(self.env).columns
        self.assertEqual(caught.exception.code, 78)
        self.assertIn("input/config/columns.json", caught.exception.reason)
