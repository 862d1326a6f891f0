"""The contract of a task: pure functions from a key to trials, and their scoring."""

import abc

import equinox as eqx
from equinox import AbstractClassVar, AbstractVar
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_count, refusal
from .._types import KeyArray
from ._trial import Trial


class AbstractTask(eqx.Module):
    """An experiment. Times are in ms; dt and durations are static, as they set shapes.

    Everything is jittable and vmappable; the same key gives the same trials.

    **Attributes:**

    - `dt`: step in ms (static).
    - `input_names`, `output_names`: of the channels.
    """

    dt: AbstractVar[float]
    input_names: AbstractClassVar[tuple[str, ...]]
    output_names: AbstractClassVar[tuple[str, ...]]

    @property
    def n_in(self) -> int:
        """Number of input channels."""
        return len(self.input_names)

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return len(self.output_names)

    @property
    @abc.abstractmethod
    def n_steps(self) -> int:
        """Number of steps of the longest trial, to which all are padded."""

    @property
    @abc.abstractmethod
    def epochs(self) -> dict[str, tuple[int, int]]:
        """Steps [start, stop) of the named epochs of a trial that is no catch trial."""

    @property
    @abc.abstractmethod
    def n_conditions(self) -> int:
        """Number of kinds of trial that `validation` balances, catch trials as one."""

    @abc.abstractmethod
    def sample(self, key: KeyArray) -> Trial:
        """One trial with conditions drawn as in training."""

    @abc.abstractmethod
    def balanced(self, index: Array, key: KeyArray) -> Trial:
        """One trial of the condition `index` modulo `n_conditions`."""

    @abc.abstractmethod
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Whether each trial was answered correctly, `(*batch,)` in [0, 1].

        `outputs` is `(*batch, time, n_out)`. The value on catch trials means nothing.
        """

    def batch(self, key: KeyArray, size: int) -> Trial:
        """Trials for training, `size` on a leading axis; trial i has `split(key)[i]`.

        Raises `ValueError` for a size below 1.
        """
        check_count("size", size, at_least=1)
        return jax.vmap(self.sample)(jax.random.split(key, size))

    def validation(self, key: KeyArray, size: int) -> Trial:
        """A counterbalanced set: every condition equally often, in turn.

        Raises `ValueError` unless `size` is a multiple of `n_conditions`.
        """
        check_count("size", size, at_least=1)
        if size % self.n_conditions:
            raise refusal(
                "size",
                f"be a multiple of the {self.n_conditions} conditions",
                size,
                f"Use {-(-size // self.n_conditions) * self.n_conditions}.",
            )
        keys = jax.random.split(key, size)
        return jax.vmap(self.balanced)(jnp.arange(size), keys)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The fraction of correct trials, catch trials left out; NaN if all are."""
        counted = ~trials.conditions["is_catch"]
        score = self.score(outputs, trials)
        correct = jnp.sum(jnp.where(counted, score, 0.0))
        return correct / jnp.sum(counted).astype(correct.dtype)
