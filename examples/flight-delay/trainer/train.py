"""Fits LightGBM to a binary label and leaves model/model.onnx. Started by the engine under trainer/v1."""

import os

# Waiting threads must sleep: spinning ones on shared cores make a fit many times longer. Read when LightGBM
# loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import lightgbm as lgb
import metrics
import numpy as np
import rows
from export_onnx import export
from mainspring_trainer import Exit, Failed, Job, run


def train(job: Job) -> None:
    given = job.params
    rounds = given.integer("rounds", 100, 1, 5_000)
    sample = given.number("sample", 1.0, 0.01, 1.0)  # share of the train rows that is used
    checkpoint_every = given.integer("checkpoint_every", 25, 1, 5_000)  # in rounds
    params = {
        "objective": "binary",
        "metric": "binary_logloss",
        "num_leaves": given.integer("num_leaves", 63, 2, 4_096),
        "learning_rate": given.number("learning_rate", 0.1, 0.0001, 1.0),
        "min_data_in_leaf": given.integer("min_data_in_leaf", 20, 1, 1_000_000),
        "lambda_l2": given.number("lambda_l2", 0.0, 0.0, 1_000.0),
        "num_threads": job.cpus,
        "seed": job.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    given.nothing_else()

    columns = job.columns
    if not job.channel("train"):
        raise Failed(Exit.DATA, 'channel "train" has no Parquet file: it is what this trainer learns from')
    features, label = rows.read("train", job.channel("train"), columns, job.cpus)
    if sample < 1:
        # Every trial gets the same rows, whatever its seed, because trials are compared with one another.
        kept = np.random.default_rng(0).random(len(label)) < sample
        features, label = features[kept], label[kept]
    learn = lgb.Dataset(features, label, feature_name=columns.features, free_raw_data=False)
    held_out = job.channel("validation")
    judged = rows.read("validation", held_out, columns, job.cpus) if held_out else None

    booster = fit(job, params, rounds, checkpoint_every, learn, judged)
    job.model.mkdir(parents=True, exist_ok=True)
    export(booster, len(columns.features), job.model / "model.onnx")
    # Without a validation channel there is no honest figure to report. The engine measures the model itself.
    job.result({} if judged is None else scores(booster, *judged), rounds=rounds, rows=len(label))


def fit(
    job: Job,
    params: dict,
    rounds: int,
    checkpoint_every: int,
    learn: lgb.Dataset,
    judged: tuple[np.ndarray, np.ndarray] | None,
) -> lgb.Booster:
    resumed = job.resume()
    before = lgb.Booster(model_file=str(resumed.folder / "model.txt")) if resumed else None
    done = before.current_iteration() if before else 0
    if before and done >= rounds:
        return before

    def after_round(env: lgb.callback.CallbackEnv) -> None:
        step = env.iteration + 1
        losses = {"log_loss": value for _, _, value, _ in env.evaluation_result_list}
        job.progress(step, rounds, losses)
        if job.stopping or (step % checkpoint_every == 0 and step < rounds):
            with job.checkpoint(step) as folder:
                env.model.save_model(folder / "model.txt")
        if job.stopping:
            job.preempted()

    return lgb.train(
        params,
        learn,
        num_boost_round=rounds - done,
        init_model=before,
        valid_sets=[learn.create_valid(*judged)] if judged else None,
        valid_names=["validation"] if judged else None,
        callbacks=[after_round],
    )


def scores(booster: lgb.Booster, features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    predicted = booster.predict(features)
    return {"log_loss": metrics.log_loss(label, predicted), "roc_auc": metrics.roc_auc(label, predicted)}


if __name__ == "__main__":
    run(train)
