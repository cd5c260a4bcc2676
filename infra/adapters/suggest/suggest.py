"""Parameters of the next trials: one JSON request a line on stdin, one JSON answer a line on stdout.

Stateless: each request carries what was tried so far, and the same request has the same answer. Ends with its stdin, so
that it never outlives whoever asks.
"""

import json
import math
import sys
import zlib


def main() -> None:
    answers = sys.stdout
    # Output of the libraries must not be read as an answer.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        try:
            request = json.loads(line)
            answer = {"params": ALGORITHMS[request["algorithm"]](request)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def sobol(request: dict) -> list[dict]:
    """Scrambled Sobol points: any first so many of them fill the space evenly."""
    from scipy.stats import qmc

    space = request["space"]
    if not space:
        return [{} for _ in request["trials"]]
    points = []
    for trial in request["trials"]:
        sequence = qmc.Sobol(d=len(space), scramble=True, rng=request["seed"])
        if trial:
            sequence.fast_forward(trial)
        point = sequence.random(1)[0]
        points.append({name: place(dimension, float(at)) for (name, dimension), at in zip(space, point, strict=True)})
    return points


def place(dimension: dict, at: float):
    """A value of the dimension; `at` is 0 to 1, 1 excluded."""
    if "choice" in dimension:
        return dimension["choice"][math.floor(at * len(dimension["choice"]))]
    low, high = dimension.get("int") or dimension["float"]
    # Each whole number owns the interval up to the next one.
    end = high + 1 if "int" in dimension else high
    if dimension["scale"] == "log":
        value = math.exp(math.log(low) + (math.log(end) - math.log(low)) * at)
    else:
        value = low + (end - low) * at
    return min(max(math.floor(value) if "int" in dimension else value, low), high)


def tpe(request: dict) -> list[dict]:
    """Tree-structured Parzen estimator by Optuna. Running trials count as tried, so that parallel ones differ."""
    import warnings

    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    space = {name: distribution(optuna, dimension) for name, dimension in request["space"]}
    study = optuna.create_study(direction=request["goal"])
    states = optuna.trial.TrialState
    for told in request["history"]:
        if not contains(space, told["params"]):
            continue
        study.add_trial(
            optuna.trial.create_trial(
                state=states.COMPLETE if told["state"] == "succeeded" else states.PRUNED,
                params=told["params"],
                distributions=space,
                value=told["value"],
                intermediate_values={} if told["step"] is None else {int(told["step"]): told["value"]},
            )
        )
    for params in request["running"]:
        if contains(space, params):
            study.add_trial(
                optuna.trial.create_trial(state=states.RUNNING, params=params, distributions=space)
            )
    suggested = []
    for trial in request["trials"]:
        study.sampler = optuna.samplers.TPESampler(
            seed=zlib.crc32(f"{request['seed']}/{trial}".encode()),
            n_startup_trials=request["startup"],
            multivariate=True,
            constant_liar=True,
        )
        suggested.append(study.ask(space).params)
    return suggested


def distribution(optuna, dimension: dict):
    if "choice" in dimension:
        return optuna.distributions.CategoricalDistribution(dimension["choice"])
    log = dimension["scale"] == "log"
    if "int" in dimension:
        return optuna.distributions.IntDistribution(*dimension["int"], log=log)
    return optuna.distributions.FloatDistribution(*dimension["float"], log=log)


def contains(space: dict, params: dict) -> bool:
    """Trials of another study may lie outside of this space, or lack a dimension."""
    if set(params) != set(space):
        return False
    try:
        return all(space[name]._contains(space[name].to_internal_repr(value)) for name, value in params.items())
    except ValueError:
        return False


ALGORITHMS = {"sobol": sobol, "tpe": tpe}

if __name__ == "__main__":
    main()
