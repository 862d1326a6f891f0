"""The recipe of each named task: the published one if there is a publication.

A recipe holds defaults: each of its parts is one argument of `fit`. Its `source` lists
the differences from the publication.
"""

import dataclasses
from functools import partial
from typing import Any, final

import jax
from jax import Array
import jax.numpy as jnp
import optax

from ... import presets
from ..._arguments import checks_arguments
from ..._checks import check_choice
from ..._types import KeyArray
from ...dynamics import DiffusionNoise
from ...network import AbstractNetwork, CTRNN
from ...penalties import Loss, RateL2, VanishingGradient
from ...tasks import AbstractTask, families, LocationMatch, names
from .._stop_rules import MeanAbove
from ._recipe import Recipe


@checks_arguments
def recipe(name: str, *, published: bool = False) -> Recipe:
    """Return the recipe of a named task.

    If `published=True`, the recipe has the optimiser, loss and validation times of the
    publication, also where ours train faster. Raises `ValueError` for an unknown name.

    **Example:**

    >>> recipe = cj.recipe("perceptual_decision")
    >>> recipe.batch_size, recipe.learning_rate
    (20, 0.005)
    """
    check_choice("name", name, names())
    family = next(family for family, members in families().items() if name in members)
    if published and family == "song2016":
        return _song2016_published(name)
    return _RECIPES[family](name)


# Optimisers, as functions of the learning rate


def adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """Return Adam with the clipping of Song, Yang & Wang (2016): of the global norm."""
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(learning_rate))


def clipped_sgd(learning_rate: float | Array) -> optax.GradientTransformation:
    """Return the optimiser of Song, Yang & Wang (2016)."""
    return optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(learning_rate))


def elementwise_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """Return the optimiser of Yang et al. (2019)."""
    return optax.chain(optax.clip(1.0), optax.adam(learning_rate))


def plain_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """Return the optimiser of fixed-point-finder's flip-flop."""
    return optax.adam(learning_rate, eps=1e-3)


def clipped_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """Return the optimiser of Masse et al. (2019)."""
    return optax.chain(_clip_each(0.1), optax.adam(learning_rate))


def _clip_each(max_norm: float) -> optax.GradientTransformation:
    """Scale the gradient of each array to at most this norm (Masse et al. 2019)."""

    def clip(g: Array) -> Array:
        norm = jnp.sqrt(jnp.sum(g**2))
        return g * (max_norm / jnp.maximum(norm, max_norm))

    return optax.stateless(lambda updates, params: jax.tree.map(clip, updates))


# Song, Yang & Wang 2016


@final
@dataclasses.dataclass(frozen=True)
class _Song:
    """The settings that differ between the tasks of Song, Yang & Wang (2016)."""

    variants: tuple[str, ...]
    stop_when: MeanAbove
    validation_size: int
    batch_size: int = 20


_TRIALS_BETWEEN_VALIDATIONS = 10_000
_VALIDATIONS_MORE_OFTEN = 10
"""Adam needs fewer trials: their 10,000 between validations are often all it needs."""

_MEAN_85, _MEAN_90 = MeanAbove(0.85), MeanAbove(0.90)
_WORST_85 = MeanAbove(0.85, last=1, inclusive=True)
_RMSE_05 = MeanAbove(0.95, last=1, inclusive=True)  # of 1 - RMSE
_START = "multisensory_start"

_SONG = {
    "perceptual_decision": _Song(
        ("rdm_dense", "rdm_fixed", "rdm_nodale"), _MEAN_85, 1100
    ),
    "perceptual_decision_variable": _Song(("rdm_varstim",), _MEAN_85, 1100),
    "perceptual_decision_reaction_time": _Song(("rdm_rt",), _MEAN_85, 1100),
    "context_integration": _Song(("mante", "mante_areas"), _MEAN_90, 3650, 50),
    "multisensory_integration": _Song(("multisensory", _START), _MEAN_90, 2500),
    "parametric_working_memory": _Song(("romo",), _WORST_85, 1100),
    "eye_movement_sequence": _Song(("lee",), _RMSE_05, 800),
    "sine_wave": _Song(("sinewave",), _RMSE_05, 50),
}


def _song2016_network(
    task: AbstractTask, variant: str, **given: Any
) -> AbstractNetwork:
    connect_start = variant == _START
    structure = "multisensory" if connect_start else variant
    return presets.song2016(structure, dt=task.dt, connect_start=connect_start, **given)


def _song2016(name: str) -> Recipe:
    song = _SONG[name]
    source = (
        "Song, Yang & Wang 2016; with Adam instead of SGD and their regulariser, "
        f"validated {_VALIDATIONS_MORE_OFTEN} times as often"
    )
    if song.stop_when is _RMSE_05:
        source += f", {song.batch_size} trials an update instead of one"

    updates_between = _TRIALS_BETWEEN_VALIDATIONS // song.batch_size
    return Recipe(
        variants=song.variants,
        build=_song2016_network,
        transform=adam,
        learning_rate=5e-3,
        batch_size=song.batch_size,
        stop_when=song.stop_when,
        num_updates=20_000,
        validate_every=updates_between // _VALIDATIONS_MORE_OFTEN,
        validation_size=song.validation_size,
        source=source,
    )


def _song2016_published(name: str) -> Recipe:
    song = _SONG[name]
    batch_size = 1 if song.stop_when is _RMSE_05 else song.batch_size
    return dataclasses.replace(
        _song2016(name),
        transform=clipped_sgd,
        learning_rate=1e-2,
        batch_size=batch_size,
        num_updates=10_000_000,
        validate_every=_TRIALS_BETWEEN_VALIDATIONS // batch_size,
        loss=Loss(omega=VanishingGradient(2.0)),
        source="Song, Yang & Wang 2016: SGD, and their vanishing-gradient regulariser",
    )


# Yang et al. 2019


def _yang2019_network(
    task: AbstractTask, variant: str, **given: Any
) -> AbstractNetwork:
    del variant
    return presets.yang2019(task.n_in, n_out=task.n_out, dt=task.dt, **given)


def _yang2019(name: str) -> Recipe:
    is_mixture = name == "yang2019"
    return Recipe(
        variants=("yang2019",),
        build=_yang2019_network,
        transform=elementwise_adam,
        learning_rate=1e-3,
        batch_size=64,
        stop_when=MeanAbove(0.95, last=1),
        num_updates=20_000,
        validate_every=500 if is_mixture else 100,
        validation_size=20 * 128 if is_mixture else 512,
        source="Yang et al. 2019 with softplus; alone unless mixed, times drawn anew "
        "for each trial, the threshold ours (theirs is 1, which stops nothing)",
    )


# Masse et al. 2019


def _masse2019_network(
    task: AbstractTask, variant: str, **given: Any
) -> AbstractNetwork:
    return presets.masse2019(
        task.n_in,
        n_out=task.n_out,
        fields=3 if isinstance(task, LocationMatch) else 1,
        short_term_plasticity=variant == "masse2019",
        dt=task.dt,
        **given,
    )


def _masse2019(name: str) -> Recipe:
    del name
    return Recipe(
        variants=("masse2019", "masse2019_without_plasticity"),
        build=_masse2019_network,
        transform=clipped_adam,
        learning_rate=0.02,
        batch_size=1024,
        stop_when=MeanAbove(0.9, last=1),
        num_updates=2_000,
        task_options={"test_cost_multiplier": 2.0},
        loss=Loss(rates=RateL2(2e-2)),
        source="Masse et al. 2019, with a stop rule, which they lack",
    )


# Tasks of dynamical systems


def _vanilla_network(
    task: AbstractTask,
    variant: str,
    *,
    n_hidden: int,
    key: KeyArray,
    sigma_rec: float = 0.02,
    tau: float | None = 100.0,
) -> AbstractNetwork:
    """Return a network without constraints; `tau=None` means tau = dt."""
    del variant
    return CTRNN(
        task.n_in,
        n_hidden,
        task.n_out,
        dt=task.dt,
        tau=task.dt if tau is None else tau,
        activation="tanh",
        noise=DiffusionNoise(sigma_rec) if sigma_rec else None,
        train_v0=True,
        key=key,
    )


_UNITS = {"flip_flop": 64, "sine_generator": 200, "chaotic_target": 200}
"""Numbers of units, where they are not 100."""


def _dynamical(name: str) -> Recipe:
    ours = Recipe(
        variants=("vanilla",),
        build=partial(_vanilla_network, n_hidden=_UNITS.get(name, 100)),
        transform=adam,
        learning_rate=2e-3,
        batch_size=64,
        stop_when=MeanAbove(0.95 if name == "flip_flop" else 0.9, last=1),
        num_updates=20_000,
        validate_every=100,
        source="a tanh network without constraints; all settings are ours",
    )
    if name != "flip_flop_discrete":
        return ours
    return dataclasses.replace(
        ours,
        build=partial(_vanilla_network, n_hidden=16, sigma_rec=0.0, tau=None),
        transform=plain_adam,
        learning_rate=128**-0.5,
        batch_size=128,
        # of 1 - RMSE; a mean squared error of 1e-4 is theirs
        stop_when=MeanAbove(0.99, last=1),
        source="fixed-point-finder's tanh network; trials drawn anew, no decay of the "
        "learning rate",
    )


# PsychRNN


def _psychrnn_network(
    task: AbstractTask,
    variant: str,
    *,
    n_hidden: int = 50,
    sigma_rec: float = 0.0,
    key: KeyArray,
) -> AbstractNetwork:
    return presets.psychrnn(
        task.n_in,
        n_hidden,
        task.n_out,
        dale_ratio=0.8 if variant == "dale" else None,
        rec_noise=sigma_rec,
        dt=task.dt,
        tau=100.0,
        key=key,
    )


def _psychrnn(name: str) -> Recipe:
    del name
    return Recipe(
        variants=("basic", "dale"),
        build=_psychrnn_network,
        transform=adam,
        learning_rate=1e-3,
        batch_size=128,
        stop_when=MeanAbove(0.9, last=1),
        num_updates=10_000,
        source="PsychRNN, with gradients clipped and the stop rule of its curricula",
    )


_RECIPES = {
    "song2016": _song2016,
    "yang2019": _yang2019,
    "masse2019": _masse2019,
    "dynamical": _dynamical,
    "psychrnn": _psychrnn,
}
