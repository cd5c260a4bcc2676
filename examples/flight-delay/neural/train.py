"""Fits a small neural network to a binary label and leaves model/model.onnx. Started by the engine under
trainer/v1.

It writes a checkpoint after each epoch. A resumed fit takes the same steps as an uninterrupted one, and ends
with the same network.
"""

import metrics
import network
import numpy as np
import rows
from export_onnx import export
from mainspring_trainer import Exit, Failed, Job, run

FILE = "state.npz"


def train(job: Job) -> None:
    given = job.params
    epochs = given.integer("epochs", 10, 1, 1_000)
    hidden = [given.integer("width", 64, 1, 4_096)] * given.integer("depth", 2, 1, 8)
    rate = given.number("learning_rate", 0.001, 0.000001, 1.0)  # learning rate of the first epoch
    bins = given.integer("bins", 24, 1, 1_000)  # bins of each feature
    fitting = {
        "seed": job.seed,
        "decay": given.number("weight_decay", 0.0, 0.0, 10.0),
        "batch": given.integer("batch", 1_024, 1, 1_000_000),
    }
    sample = given.number("sample", 1.0, 0.01, 1.0)  # share of the train rows that is used
    given.nothing_else()

    columns = job.columns
    if not job.channel("train"):
        raise Failed(Exit.DATA, 'channel "train" has no Parquet file: it is what this trainer learns from')
    features, label = rows.read("train", job.channel("train"), columns, job.cpus)
    if sample < 1:
        # Every trial gets the same rows, whatever its seed, because trials are compared with one another.
        kept = np.random.default_rng(0).random(len(label)) < sample
        features, label = features[kept], label[kept]

    resumed = job.resume()
    state = network.load(resumed.folder / FILE) if resumed else network.begin(features, hidden, bins, job.seed)
    held_out = job.channel("validation")
    judged = rows.read("validation", held_out, columns, job.cpus) if held_out else None

    figures = scores(state, judged)
    while state.epoch < epochs:
        # The learning rate falls with the epoch, so that the last epochs change little. It depends on the
        # epoch alone, so that a resumed fit takes the same steps.
        network.fit_epoch(state, features, label, rate=rate * (1 - state.epoch / epochs), **fitting)
        figures = scores(state, judged)
        if not all(np.isfinite(layer).all() for layer in state.layers):
            raise Failed(1, f"the weights overflowed in epoch {state.epoch}: lower learning_rate")
        job.progress(state.epoch, epochs, figures, epoch=state.epoch)
        if state.epoch < epochs or job.stopping:
            with job.checkpoint(state.epoch) as folder:
                state.save(folder / FILE)
        if job.stopping:
            job.preempted()

    job.model.mkdir(parents=True, exist_ok=True)
    export(state, job.model / "model.onnx")
    # Without a validation channel there is no honest figure to report. The engine measures the model itself.
    job.result(figures, epochs=state.epoch, rows=len(label))


def scores(state: network.State, judged: tuple[np.ndarray, np.ndarray] | None) -> dict[str, float]:
    if judged is None:
        return {}
    features, label = judged
    predicted = network.score(state, features)
    return {"log_loss": metrics.log_loss(label, predicted), "roc_auc": metrics.roc_auc(label, predicted)}


if __name__ == "__main__":
    run(train)
