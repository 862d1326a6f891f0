"""The contract of a task: pure functions from a key to trials, and their scoring."""

import abc
import inspect
from typing import Any, ClassVar, TypeVar

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check_count, invalid
from ..._types import KeyArray
from ...losses import masked_mse
from ._trial import Trial


T = TypeVar("T", bound="AbstractTask")


class AbstractTask(eqx.Module):
    """An experiment. Times are in ms; dt and durations are static, as they set shapes.

    Everything is jittable and vmappable; the same key gives the same trials. A task of
    your own is a subclass with `dt`, the names of its channels, `n_steps`,
    `n_conditions`, `render` and `score`; all else follows.

    **Attributes:**

    - `dt`: step in ms (static).
    - `input_names`, `output_names`: of the channels.
    - `performance_name`: what `performance` measures.
    - `main_condition`: which of a trial's conditions matters most, one number a trial:
        what tuning is shown to. `None`: none does.
    """

    dt: AbstractVar[float]
    input_names: AbstractVar[tuple[str, ...]]
    output_names: AbstractVar[tuple[str, ...]]
    performance_name: ClassVar[str] = "fraction correct"
    main_condition: ClassVar[str | None] = None

    @property
    def n_in(self) -> int:
        """Number of input channels."""
        return len(self.input_names)

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return len(self.output_names)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each channel; dimensionless ("1") unless a task says so."""
        return dict.fromkeys((*self.input_names, *self.output_names), "1")

    @property
    @abc.abstractmethod
    def n_steps(self) -> int:
        """Number of steps of the longest trial, to which all are padded."""

    @property
    @abc.abstractmethod
    def n_conditions(self) -> int:
        """Number of kinds of trial that `validation` balances, catch trials as one."""

    @abc.abstractmethod
    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """One trial.

        **Arguments:**

        - `condition`: a whole number below `n_conditions`; `None`: everything is drawn
          as in training.
        - `key`: for all that the condition leaves open, and for noise.
        """

    @abc.abstractmethod
    def score(self, outputs: Array, trials: Trial) -> Array:
        """How correct each trial is, `(*batch,)` in [0, 1].

        `outputs` is `(*batch, time, n_out)`, as the readout gives them. The value on
        catch trials means nothing.
        """

    def link(self, outputs: Array) -> Array:
        """What the readout passes through before it is compared with targets."""
        return outputs

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """What training minimises, a scalar: the masked mean squared error."""
        return masked_mse(self.link(outputs), trials.targets, trials.mask)

    def sample(self, key: KeyArray) -> Trial:
        """One trial with conditions drawn as in training."""
        return self.render(None, key)

    def batch(self, key: KeyArray, size: int) -> Trial:
        """Trials for training, `size` on a leading axis; trial i has `split(key)[i]`.

        Raises `ValueError` for a size below 1.
        """
        check_count("size", size, at_least=1)
        return jax.vmap(self.sample)(jax.random.split(key, size))

    def validation(self, key: KeyArray, size: int | None = None) -> Trial:
        """A counterbalanced set: every condition equally often, in turn.

        `size` is by default that of `validation_size`. Raises `ValueError` unless it is
        a multiple of `n_conditions`.
        """
        size = self.validation_size if size is None else size
        check_count("size", size, at_least=1)
        if size % self.n_conditions:
            raise invalid(
                "size",
                f"be a multiple of the {self.n_conditions} conditions",
                size,
                f"Use {-(-size // self.n_conditions) * self.n_conditions}.",
            )
        index = jnp.arange(size) % self.n_conditions
        return jax.vmap(self.render)(index, jax.random.split(key, size))

    @property
    def validation_size(self) -> int:
        """About 500 trials, every condition equally often and at least once."""
        return self.n_conditions * max(1, round(500 / self.n_conditions))

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The number that the published stop rule looks at; more is better.

        Here the mean score, catch trials left out; NaN if all are.
        """
        counted = ~trials.conditions["is_catch"]
        score = self.score(outputs, trials)
        correct = jnp.sum(jnp.where(counted, score, 0.0))
        return correct / jnp.sum(counted).astype(correct.dtype)

    def at(self: T, dt: float) -> T:
        """The same experiment rendered with another step, in ms.

        For classes whose options are attributes of the same name. Raises `ValueError`
        where a duration is no multiple of the new dt.
        """
        names = inspect.signature(type(self).__init__).parameters.keys() - {"self"}
        options: dict[str, Any] = {name: getattr(self, name) for name in names}
        options["dt"] = dt
        return type(self)(**options)
