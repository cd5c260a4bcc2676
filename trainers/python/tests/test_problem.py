from mainspring_trainer import BINARY, MULTICLASS, REGRESSION, Input, Job, Output

from .support import JobCase

SIGNATURE = {
    "inputs": [
        {"name": "place", "type": "string", "nullable": False},
        {"name": "dry_days", "type": "int64", "nullable": True},
    ],
    "outputs": [{"name": "probabilities", "type": "float32", "width": 3}],
}


class Problem(JobCase):
    def test_gives_the_classes_of_a_multiclass_problem_in_their_order(self) -> None:
        self.give("input/config/problem.json", {"problem": MULTICLASS, "classes": ["sun", "rain", "fog"]})
        job = Job(self.env)
        self.assertEqual((job.problem, job.classes, job.quantiles), (MULTICLASS, ["sun", "rain", "fog"], []))

    def test_gives_the_quantiles_of_a_regression(self) -> None:
        self.give("input/config/problem.json", {"problem": REGRESSION, "quantiles": [0.1, 0.5, 1]})
        job = Job(self.env)
        self.assertEqual((job.problem, job.classes, job.quantiles), (REGRESSION, [], [0.1, 0.5, 1.0]))

    def test_gives_the_type_of_every_feature_and_the_outputs(self) -> None:
        self.give("input/config/columns.json", {"features": ["place", "dry_days"], "label": "label"})
        self.give("input/config/signature.json", SIGNATURE)
        signature = Job(self.env).signature
        self.assertEqual(signature.inputs, [Input("place", "string", False), Input("dry_days", "int64", True)])
        self.assertEqual(signature.outputs, [Output("probabilities", "float32", 3)])

    def test_takes_a_job_without_these_files_for_a_binary_one_with_float32_features(self) -> None:
        self.give("input/config/columns.json", {"features": ["hour", "distance"], "label": "label"})
        job = Job(self.env)
        self.assertEqual((job.problem, job.classes, job.quantiles), (BINARY, [], []))
        self.assertEqual(job.signature.inputs, [Input("hour", "float32", True), Input("distance", "float32", True)])
        self.assertEqual(job.signature.outputs, [Output("probabilities", "float32", 2)])
