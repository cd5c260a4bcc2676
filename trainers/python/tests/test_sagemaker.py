import json
import os
import signal
import subprocess
import sys

from .support import SDK, JobCase


class SageMaker(JobCase):
    def begin(self, program: str, *metrics: str, **env: str) -> "subprocess.Popen[str]":
        options = [part for metric in metrics for part in ("--metric", metric)]
        process = subprocess.Popen(
            [sys.executable, "-m", "mainspring_trainer.sagemaker", *options, "--", sys.executable, "-c", program, "train"],
            env={**os.environ, **self.env, **env, "PYTHONPATH": str(SDK)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def play(self, program: str, *metrics: str, **env: str) -> tuple[int, str]:
        process = self.begin(program, *metrics, **env)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def result(self) -> dict[str, object]:
        return json.loads(self.read("output/result.json"))

    def test_takes_the_last_value_of_each_metric_from_what_is_printed(self) -> None:
        program = "import sys; [print(f'[{i}] train-loss:{2 / i} validation-loss:{1 / i}') for i in (1, 2, 4)]; print('bye', file=sys.stderr)"
        code, output = self.play(program, "loss=validation-loss:([0-9.]+)", "train=train-loss:([0-9.]+)", "no=never: (x)")
        self.assertEqual(code, 0)
        self.assertIn("[4] train-loss:0.5 validation-loss:0.25\nbye\n", output)
        self.assertEqual(self.result()["metrics"], {"loss": 0.25, "train": 0.5})
        lines = [json.loads(line) for line in self.read("output/progress.ndjson").splitlines()]
        self.assertEqual([lines[-1]["step"], lines[-1]["metrics"]], [3, {"loss": 0.25, "train": 0.5}])

    def test_gives_the_program_the_layout_and_variables_of_sagemaker(self) -> None:
        self.give("input/config/resourceconfig.json", {"hosts": ["algo-1"]})
        program = "import json, os, sys; print(json.dumps(sys.argv[1:])); print(json.dumps(dict(os.environ))); os.listdir(os.environ['SM_OUTPUT_DATA_DIR'])"
        code, output = self.play(program, SM_MODEL_DIR="/of/the/engine")
        self.assertEqual(code, 0)
        arguments, variables = map(json.loads, output.splitlines())
        self.assertEqual(arguments, ["train"])
        self.assertEqual(variables["SAGEMAKER_BASE_DIR"], str(self.base))
        self.assertEqual(variables["SM_INPUT_CONFIG_DIR"], str(self.base / "input/config"))
        self.assertEqual(json.loads(variables["SM_RESOURCE_CONFIG"]), {"hosts": ["algo-1"]})
        self.assertEqual(variables["SM_MODEL_DIR"], "/of/the/engine")

    def test_leaves_alone_a_result_that_the_program_wrote(self) -> None:
        self.give("output/result.json", {"metrics": {"loss": 7}})
        self.assertEqual(self.play("print('loss: 1')", "loss=loss: (.+)")[0], 0)
        self.assertEqual(self.result(), {"metrics": {"loss": 7}})

    def test_ends_with_the_code_of_the_program_and_leaves_its_reason(self) -> None:
        program = "import os; open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('bad data'); os._exit(3)"
        self.assertEqual(self.play(program)[0], 3)
        self.assertEqual(self.read("output/failure"), "bad data")
        self.assertFalse((self.base / "output/result.json").exists())
        self.assertEqual(self.play("import os; os.kill(os.getpid(), 9)")[0], 137)

    def test_passes_term_on(self) -> None:
        ready = self.base / "ready"
        program = f"""
import pathlib, signal, sys, time
def stop(*_):
    print('stopping', flush=True)
    sys.exit(75)
signal.signal(signal.SIGTERM, stop)
pathlib.Path({str(ready)!r}).touch()
time.sleep(600)
"""
        process = self.begin(program)
        while not ready.exists():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.communicate(timeout=60)[0], "stopping\n")
        self.assertEqual(process.returncode, 75)

    def test_refuses_a_definition_that_can_give_no_number(self) -> None:
        for definition, reason in (("loss=(", "is no regular expression"), ("loss=x", "one group"), ("x", "NAME=REGEX")):
            self.assertEqual(self.play("print('not run')", definition)[0], 78)
            self.assertIn(reason, self.read("output/failure"))

    def test_passes_over_what_is_no_number(self) -> None:
        program = r"import sys; print('loss: 0.5'); print('loss: soon'); sys.stdout.buffer.write(b'\xff loss: -\n')"
        self.assertEqual(self.play(program, "loss=loss: (.*)")[0], 0)
        self.assertEqual(self.result()["metrics"], {"loss": 0.5})

    def test_says_which_program_cannot_be_started(self) -> None:
        process = subprocess.run(
            [sys.executable, "-m", "mainspring_trainer.sagemaker", "--", "no-such-program"],
            env={**os.environ, **self.env, "PYTHONPATH": str(SDK)},
            capture_output=True,
            check=False,
        )
        self.assertEqual(process.returncode, 127)
        self.assertIn("cannot start 'no-such-program'", self.read("output/failure"))
