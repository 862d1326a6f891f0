"""Validation of what a task declares, and of the shapes and dtypes of its results.

Nothing is compiled: the methods of the task are traced, as JAX does before it compiles.
"""

import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import (
    check,
    check_choice,
    check_count,
    check_list,
    check_shape,
    describe,
    traced_in_words,
)
from ._options import check_dt
from ._task import AbstractTask, Trial


_TRIALS = 3
"""Trials in a traced batch: unlike the sizes 1 and 2, rarely that of another axis."""


def check_traced(task: AbstractTask, *, with_loss: bool = True) -> None:
    """Validate a task without drawing trials.

    With `with_loss=False`, `output_loss` is not called: another loss takes its place.

    Raises `ValueError` that names the attribute or method, and says what to change.
    """
    _check_declared(task)
    key = jax.random.key(0)

    def drawn(key: Array) -> tuple[Trial, Trial]:
        return task.batch(key, _TRIALS), task.validation(key, task.n_conditions)

    with traced_in_words("render"):
        trials, balanced = jax.eval_shape(drawn, key)
    for one in (trials, balanced):
        _check_dtypes(one)
    if task.main_condition is not None:
        check_choice("main_condition", task.main_condition, sorted(trials.conditions))
    outputs = jax.ShapeDtypeStruct(trials.targets.shape, trials.inputs.dtype)

    def result_of(name: str, shape: tuple[int, ...]) -> None:
        with traced_in_words(name):
            result = jax.eval_shape(getattr(task, name), outputs, trials)
        kinds = (jnp.floating, jnp.integer, jnp.bool_)
        is_valid = isinstance(result, jax.ShapeDtypeStruct) and (
            result.shape == shape
            and any(jnp.issubdtype(result.dtype, kind) for kind in kinds)
        )
        rule, remedy = f"return numbers of shape {shape}", "Take means over other axes."
        check(is_valid, name, rule, lambda: describe(result), remedy)

    result_of("score", (_TRIALS,))
    result_of("performance", ())
    if with_loss:
        result_of("output_loss", ())


def _check_declared(task: AbstractTask) -> None:
    """Validate dt, the names of channels, and the numbers of steps and conditions."""
    is_array = isinstance(task.dt, jax.Array)
    rule, remedy = "be a number, no array", "Use dt: float = eqx.field(static=True)."
    check(not is_array, "dt", rule, lambda: describe(task.dt), remedy)
    check_dt(task.dt)
    for name in ("input_names", "output_names"):
        names = check_list(name, getattr(task, name), of="names")
        are_names = all(isinstance(one, str) for one in names)
        are_different = are_names and len(set(names)) == len(names)
        rule, remedy = "be different names", "Give one for each channel."
        check(are_different, name, rule, repr(names), remedy)
    check_count("n_steps", task.n_steps, at_least=1)
    n_conditions = check_count("n_conditions", task.n_conditions, at_least=1)
    size = check_count("validation_size", task.validation_size, at_least=1)
    rule, remedy = f"be a multiple of the {n_conditions} conditions", "Add trials."
    check(size % n_conditions == 0, "validation_size", rule, size, remedy)


def _check_dtypes(trials: Trial) -> None:
    """Validate the dtypes of a batch, and the shapes of its conditions and epochs."""

    def check_kind(
        what: str,
        array: Array | jax.ShapeDtypeStruct,
        kind: type,
        words: str,
        cast: str,
    ) -> None:
        is_kind = jnp.issubdtype(array.dtype, kind)
        rule, remedy = f"return {what} that are {words}", f"Use {cast}."
        check(is_kind, "render", rule, str(array.dtype), remedy)

    check_kind("inputs", trials.inputs, jnp.floating, "floats", ".astype(float)")
    conditions = trials.conditions
    whole = "whole numbers"
    check_kind("a t_end", conditions["t_end"], jnp.integer, whole, ".astype(int)")
    is_catch = conditions["is_catch"]
    check_kind("an is_catch", is_catch, jnp.bool_, "True or False", ".astype(bool)")
    size = trials.inputs.shape[0]
    for name in ("t_end", "is_catch"):
        check_shape(f"conditions[{name!r}]", conditions[name], (size,), "Give one.")
    for name, steps in trials.epochs.items():
        what = f"an epoch {name!r}"
        is_array, remedy = hasattr(steps, "dtype"), "Use jnp.array([start, stop])."
        rule, got = f"return {what} that is an array", type(steps).__name__
        check(is_array, "render", rule, got, remedy)
        check_kind(what, steps, jnp.integer, whole, ".astype(int)")
        rule = f"return {what} of shape (2,)"
        got, remedy = f"shape {steps.shape[1:]}", "Give its steps [start, stop)."
        check(steps.shape == (size, 2), "render", rule, got, remedy)
