"""Refuses its parameters: exit code 64 with a reason."""

from mainspring_trainer import Exit, Job, run


def train(job: Job) -> None:
    job.fail(Exit.PARAMETERS, 'parameter "num_leaves" is 1, expected an integer from 2 to 4096')


run(train)
