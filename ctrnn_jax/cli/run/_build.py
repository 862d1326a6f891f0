"""Build the task, networks, optimiser and checkpoints of a run from its settings."""

from collections.abc import Callable, Iterator, Mapping
import contextlib
import dataclasses
import itertools
from pathlib import Path
from typing import Any
import warnings

import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check
from ..._quick_compilation import quickly_compiled
from ..._random import split_keys
from ..._tree import with_fields
from ..._types import KeyArray
from ...network import AbstractNetwork, load, replace
from ...penalties import as_loss, Loss
from ...simulation import rollout, Trajectory
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ...training import (
    Checkpoints,
    CheckpointWarning,
    MeanAbove,
    Member,
    Recipe,
    Validation,
)
from ..experiment import choose, Code, NO_CODE, recipe_of
from ..options import Sweep, Train
from ._folder import CHECKPOINTS
from ._settings import resolved, Settings


@dataclasses.dataclass(frozen=True)
class Setup:
    """A recipe, its task, and the settings of a run.

    `combinations` has the numbers of each setting of a sweep by name; `ctrnn-jax train`
    has one without names.
    """

    recipe: Recipe
    task: AbstractTask
    config: Any
    combinations: tuple[dict[str, float], ...]
    code: Code

    @property
    def is_sweep(self) -> bool:
        """Whether many networks are trained."""
        return isinstance(self.config, Sweep)

    @property
    def indices(self) -> tuple[int, ...]:
        """The indices of the members in the whole sweep, of which a share has some.

        Every Nth member is of one share, so that each share has networks of all
        settings: those of some settings may need more updates.
        """
        share, num_shares = self.config.share_numbers if self.is_sweep else (1, 1)
        return tuple(range(share - 1, len(self._all_members), num_shares))

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of this share, in the order of `fit_ensemble`; usually all."""
        members = self._all_members
        return tuple(members[index] for index in self.indices)

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of the files of the members, as long as that of the last one."""
        width = max(3, len(str(len(self._all_members) - 1)))
        return tuple(f"{index:0{width}d}.safetensors" for index in self.indices)

    @property
    def _all_members(self) -> tuple[Member, ...]:
        """Every setting with every seed."""
        seeds = self.config.seeds if self.is_sweep else (self.config.seed,)
        return tuple(Member(seed, one) for one in self.combinations for seed in seeds)

    def validation(self, task: AbstractTask) -> Validation:
        """Return the arguments of a validation on a member's task, as in training."""
        loss = Loss(as_loss(self.recipe.loss).task)
        return Validation(task, loss, self.config.validation_size)

    @property
    def rule(self) -> MeanAbove:
        """The stop rule with the criterion of the settings."""
        criterion = self.config.criterion
        return dataclasses.replace(self.recipe.stop_when, threshold=criterion)

    def make(self, key: KeyArray, sigma: float | None = None) -> AbstractNetwork:
        """Build a network; the noise level `sigma` is by default that of the settings.

        It is defined as in `Recipe.network`.
        """
        net = self.recipe.network(
            self.task,
            self.config.network,
            n_hidden=self.config.hidden,
            sigma=_first(self.config.noise) if sigma is None else sigma,
            key=key,
        )
        tau = None if self.is_sweep else self.config.tau
        return net if tau is None else replace(net, tau=tau)

    @property
    def optimiser(self) -> Any:
        """The optimiser, or a function of the learning rate if that is swept."""
        if "learning_rate" in self.combinations[0]:
            return self.recipe.transform
        return self.recipe.transform(self.learning_rate)

    @property
    def learning_rate(self) -> float:
        """The learning rate, the first one if it is swept."""
        return _first(self.config.learning_rate)

    def sweep(self) -> tuple[dict[str, Any], ...]:
        """Return the settings as `fit_ensemble` takes them.

        A noise level becomes the noise of the recipe, as in `ctrnn-jax train`. Raises
        `ValueError` if only some of the networks would have noise.
        """
        key, swept = jax.random.key(0), [dict[str, Any](x) for x in self.combinations]
        for one in swept:
            if "noise" in one:
                one["noise"] = self.make(key, one["noise"]).noise
        is_one = len({jax.tree.structure(one.get("noise")) for one in swept}) == 1
        rule = "be positive for all members, or 0 for all"
        remedy = "A network without noise is a different program: sweep it separately."
        check(is_one, "noise", rule, self.config.noise, remedy)
        return tuple(swept)


def _first(values: Any) -> Any:
    """Return the first of several swept values, `None` if there is none."""
    if isinstance(values, tuple):
        return values[0] if values else None
    return values


def set_up(command: Settings, code: Code = NO_CODE) -> Setup:
    """Build the setup of a command or of an earlier run, before a folder is created.

    `code` has the parts of the user's files that this command names.
    """
    task_recipe = recipe_of(command, code)
    chosen = choose(command, code, task_recipe)
    task = chosen.task
    config: Any = resolved(command, task, task_recipe)
    combinations = _combinations(config, chosen.swept)
    setup = Setup(chosen.recipe, task, config, combinations, code)
    conditions, size = task.n_conditions, config.validation_size
    balanced = -(-size // conditions) * conditions
    rule = f"be a multiple of the {conditions} conditions"
    check(size == balanced, "validation_size", rule, size, f"Use {balanced}.")
    can_exceed = config.criterion < 1 or task_recipe.stop_when.inclusive
    remedy = "Performance is at most 1."
    check(can_exceed, "criterion", "be below 1", config.criterion, remedy)
    taus = config.tau if setup.is_sweep else (config.tau,)
    for tau in taus:
        rule = f"be at least the time step of {task.dt:g} ms"
        is_long = tau is None or tau >= task.dt
        check(is_long, "tau", rule, tau, "Use longer time constants.")
    setup.sweep()  # raises an error for settings that cannot be swept together
    if setup.is_sweep:
        _check_shares(setup)
    return setup


def _check_shares(setup: Setup) -> None:
    """Validate that each share of a sweep has a network."""
    config, total = setup.config, len(setup.combinations) * len(setup.config.seeds)
    rule = f"be at most the {total} networks"
    remedy = "Each job trains at least one."
    jobs = config.job_script or 1
    check(jobs <= total, "job_script", rule, jobs, remedy)
    num_shares = config.share_numbers[1]
    rule = f"be one of at most {total} shares, one for each network"
    check(num_shares <= total, "share", rule, config.share, remedy)


def _combinations(
    config: Settings, swept: Mapping[str, tuple[float, ...]]
) -> tuple[dict[str, float], ...]:
    """Return every combination of the settings that have several values."""
    if isinstance(config, Train):
        return ({},)
    # one noise level or learning rate is that of all networks; `tau` is always swept
    names = ("noise", "tau", "learning_rate")
    values = {n: x for n in names if len(x := getattr(config, n)) > (n != "tau")}
    values |= swept
    products = itertools.product(*values.values())
    return tuple(dict(zip(values, one, strict=True)) for one in products)


def task_of(task: AbstractTask, settings: Mapping[str, float]) -> AbstractTask:
    """Return the task of a member, with the numbers of its setting."""
    for name, value in settings.items():
        kind, _, part = name.partition(".")
        if kind == "task":
            numbers = jnp.full_like(getattr(task, part), value)
            task = with_fields(task, **{part: numbers})
    return task


def load_network(path: Path, setup: Setup) -> AbstractNetwork:
    """Load a network, whose parts may be those of the file that this command names."""
    if setup.code.network is None:
        return load(path)
    net = setup.make(jax.random.key(0))
    # a custom activation is that of the network, and no other function is saved
    parts = [
        part
        for part in setup.code.network.defined
        if isinstance(part, type) and dataclasses.is_dataclass(part)
    ]
    return load(path, activation=net.activation, classes=parts)


@quickly_compiled
def simulated(net: AbstractNetwork, inputs: Array, key: KeyArray) -> Trajectory:
    """Return the trajectory of a network in example trials."""
    return rollout(net, inputs, key=key)


@quickly_compiled
def answers(task: AbstractTwoChoice, outputs: Array, trials: Trial) -> Array:
    """Return the choice in each trial, `(trials,)`."""
    return task.answer(outputs, trials)


def keys_of(seed: int) -> tuple[Array, Array, Array]:
    """Return the keys of weights, of training and of the test.

    The first two are those of the same seed in `fit_ensemble`. `split(key, 3)` does
    not begin with them if `jax_threefry_partitionable` is off.
    """
    key = jax.random.key(seed)
    net_key, fit_key = split_keys(key, 2)
    return net_key, fit_key, jax.random.fold_in(key, 2)


@contextlib.contextmanager
def checkpoints_of(
    config: Settings, say: Callable[[str], None]
) -> Iterator[Checkpoints | None]:
    """Open the checkpoints of a run, if any; failed saves are reported as warnings."""
    if not config.saves:
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("always", CheckpointWarning)
        warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
        with checkpoints_in(config) as checkpoints:
            yield checkpoints


def checkpoints_in(config: Settings) -> Checkpoints:
    """Return the checkpoints in the folder of a run, without reading or locking."""
    return Checkpoints(
        config.out / CHECKPOINTS,
        every=config.checkpoint_every,
        seconds=config.checkpoint_seconds,
    )
