"""Trials, conditions and scores of every task."""

from collections.abc import Callable
import functools
from functools import partial
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj

from ._digest import attributes, Cases, Unordered
from ._networks import key, normal
from ._small_fit import small_task


def scores(
    task: cj.tasks.AbstractTask, outputs: Array, trials: cj.tasks.Trial
) -> list[Any]:
    """Return score, output loss and performance of outputs."""
    judges = task.score, task.output_loss, task.performance
    return [judge(outputs, trials) for judge in judges]


@functools.cache
def drawn(name: str) -> tuple[cj.tasks.Trial, list[Any]]:
    """Return trials of a named task, and the scores of random outputs."""
    task = cj.tasks.make(name)

    @jax.jit
    def draw(key: Array) -> Any:
        trial_key, output_key = jax.random.split(key)
        trials = task.batch(trial_key, 3)
        outputs = jax.random.normal(output_key, trials.targets.shape)
        return trials, [*scores(task, outputs, trials), task.link(outputs)]

    return draw(key(1))


def arrays(trials: cj.tasks.Trial) -> list[Any]:
    return attributes(trials, "inputs targets mask")


def conditions(trials: cj.tasks.Trial) -> list[Any]:
    """Return conditions and epochs, in any order of their names."""
    return [Unordered(trials.conditions.values()), Unordered(trials.epochs.values())]


def recorded_activity() -> cj.tasks.RecordedActivity:
    """Return a task of recorded rates, some of them missing."""
    rates = normal(13, 10, 7, 4)
    rates[2, 3, 1] = rates[4, 5:, :] = np.nan
    return cj.tasks.RecordedActivity(
        normal(12, 10, 7, 2), rates, dt=20.0, units=(5, 0, 3, 2), held_out=(2,),
        validation=(1, 2, 5),
    )  # fmt: skip


def recorded_choices() -> cj.tasks.RecordedChoices:
    return cj.tasks.RecordedChoices(
        normal(12, 10, 7, 2), np.arange(10) % 3, dt=20.0, response=(80.0, 120.0),
        lapse=0.1,
    )  # fmt: skip


def mixture() -> cj.tasks.Mixture:
    return cj.tasks.Mixture([small_task(), small_task(80.0)], (1.0, 3.0))


def all_of(make: Callable[[], cj.tasks.AbstractTask]) -> Any:
    """Return a batch, a validation set and the scores of random outputs."""
    task = make()
    draw = jax.jit(lambda key: task.batch(key, 5))
    batch, held_out = draw(key(1)), task.validation(key(2), None)
    outputs = jnp.asarray(normal(14, *held_out.targets.shape))
    score = scores(task, outputs, held_out)
    return (
        arrays(batch),
        conditions(batch),
        arrays(held_out),
        conditions(held_out),
        score,
    )


def drawn_arrays(name: str) -> list[Any]:
    return arrays(drawn(name)[0])


def drawn_conditions(name: str) -> list[Any]:
    return conditions(drawn(name)[0])


def drawn_scores(name: str) -> list[Any]:
    return drawn(name)[1]


def task_cases() -> Cases:
    for name in cj.tasks.names():
        yield f"trials.{name}", partial(drawn_arrays, name)
        yield f"conditions.{name}", partial(drawn_conditions, name)
        yield f"scores.{name}", partial(drawn_scores, name)
    yield "recorded_activity", partial(all_of, recorded_activity)
    yield "recorded_choices", partial(all_of, recorded_choices)
    yield "mixture", partial(all_of, mixture)
    yield "validation", partial(all_of, small_task)
    yield "other_dt", partial(all_of, lambda: small_task().at(10.0))
