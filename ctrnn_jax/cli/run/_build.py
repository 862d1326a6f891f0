"""Build the task, network, optimiser and checkpoints of a run from its settings."""

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

    recipe: Recipe
    task: AbstractTask
    config: Any

    @property
    def rule(self) -> MeanAbove:
        """The stop rule with the criterion of the settings."""
        return dataclasses.replace(
            self.recipe.stop_when, threshold=self.config.criterion
        )

    def make(self, key: KeyArray, *, sigma: float | None) -> AbstractNetwork:
        """Build a network; `sigma` is the noise level of `Recipe.network`."""
        return self.recipe.network(
            self.task,
            self.config.network,
            n_hidden=self.config.hidden,
            sigma=sigma,
            key=key,
        )

    def optimiser(self, learning_rate: float) -> optax.GradientTransformation:
        """Build the optimiser of the recipe."""
        return self.recipe.transform(learning_rate)


def set_up(command: Train | Sweep) -> Setup:
    """Build the setup that the flags describe, before any folder is created."""
    task_recipe = recipe(command.task, published=command.published)
    task = task_recipe.task(command.task)
    return _checked(Setup(task_recipe, task, resolved(command, task, task_recipe)))


def set_up_again(config: Settings) -> Setup:
    """Build the setup of an earlier run from its settings."""
    task_recipe = recipe(config.task, published=config.published)
    return _checked(Setup(task_recipe, task_recipe.task(config.task), config))


def _checked(setup: Setup) -> Setup:
    task, size = setup.task, setup.config.validation_size
    # raises an error for a validation set that does not balance the conditions
    jax.eval_shape(lambda: task.validation(jax.random.key(0), size))
    _ = setup.rule  # raises an error for a criterion that no mean can exceed
    return setup


def keys_of(seed: int) -> tuple[Array, Array, Array]:
    """Return the keys of weights, of training and of the test.

    The first two are those of the same seed in `fit_ensemble`.
    """
    net_key, fit_key, test_key = jax.random.split(jax.random.key(seed), 3)
    return net_key, fit_key, test_key


class _Saving(Checkpoints):
    """Checkpoints whose last failure does not prevent the results from being saved."""

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
    """Open the checkpoints of a run, if any; failed saves are reported as warnings."""
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
    """Return the checkpoints in the folder of a run, without reading or locking."""
    return _Saving(
        config.out / CHECKPOINTS,
        every=config.checkpoint_every,
        seconds=config.checkpoint_seconds,
    )
