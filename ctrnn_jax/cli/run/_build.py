"""What a run trains and with what, from its settings."""

from collections.abc import Callable, Iterator
import contextlib
import dataclasses
from typing import Any
import warnings

import jax
from jax import Array
import optax

from ..._types import KeyArray
from ...network import AbstractNetwork
from ...tasks import AbstractTask
from ...training import Checkpoints, MeanAbove, Recipe, recipe
from ..options import Sweep, Train
from ._folder import CHECKPOINTS
from ._settings import resolved, Settings


@dataclasses.dataclass(frozen=True)
class Setup:
    """A recipe, its task, and the settings of a run."""

    usual: Recipe
    task: AbstractTask
    config: Any

    @property
    def rule(self) -> MeanAbove:
        """The stop rule with the criterion of the settings."""
        return dataclasses.replace(
            self.usual.stop_when, threshold=self.config.criterion
        )

    def make(self, key: KeyArray, *, sigma: float | None) -> AbstractNetwork:
        """A network before training; `sigma` as of `Recipe.network`."""
        return self.usual.network(
            self.task,
            self.config.network,
            n_hidden=self.config.hidden,
            sigma=sigma,
            key=key,
        )

    def optimiser(self, learning_rate: float) -> optax.GradientTransformation:
        """That of the recipe."""
        return self.usual.transform(learning_rate)


def set_up(given: Train | Sweep) -> Setup:
    """What the flags ask for; refuses before any folder is made."""
    usual = recipe(given.task, published=given.published)
    task = usual.task(given.task)
    return _checked(Setup(usual, task, resolved(given, task, usual)))


def set_up_again(config: Settings) -> Setup:
    """What the settings of an earlier run ask for."""
    usual = recipe(config.task, published=config.published)
    return _checked(Setup(usual, usual.task(config.task), config))


def _checked(setup: Setup) -> Setup:
    task, size = setup.task, setup.config.validation_size
    # refuses a validation set that does not balance
    jax.eval_shape(lambda: task.validation(jax.random.key(0), size))
    _ = setup.rule  # refuses a criterion that no mean can exceed
    return setup


def keys_of(seed: int) -> tuple[Array, Array, Array]:
    """Of weights, of training and of the test; the first two as in `fit_ensemble`."""
    net_key, fit_key, test_key = jax.random.split(jax.random.key(seed), 3)
    return net_key, fit_key, test_key


class _Saving(Checkpoints):
    """Checkpoints that do not take the results along if the last one fails."""

    failure: str | None = None

    def wait(self) -> None:
        try:
            super().wait()
        except ValueError as error:
            self.failure = str(error)


@contextlib.contextmanager
def checkpoints_of(
    config: Settings, say: Callable[[str], None]
) -> Iterator[_Saving | None]:
    """The checkpoints of a run, if it has any; those not saved are told of."""
    if not config.saves:
        yield None
        return
    saving = checkpoints_in(config)
    with warnings.catch_warnings():
        warnings.filterwarnings("always", "The checkpoint of step")
        warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
        with saving:
            yield saving


def checkpoints_in(config: Settings) -> _Saving:
    """The checkpoints in the folder of a run; nothing is read or locked yet."""
    return _Saving(
        config.out / CHECKPOINTS,
        every=config.checkpoint_every,
        seconds=config.checkpoint_seconds,
    )
