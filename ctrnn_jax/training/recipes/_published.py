"""The recipe of each named task: the published one if there is a publication.

A recipe holds defaults: each of its parts is one argument of `fit`. Its `source` lists
the differences from the publication.
"""

from collections.abc import Callable
import dataclasses
from typing import TypedDict

import jax
from jax import Array
import jax.numpy as jnp
import optax

from ... import presets
from ..._checks import check_choice
from ..._types import KeyArray
from ...dynamics import DiffusionNoise
from ...network import AbstractNetwork, CTRNN
from ...penalties import Loss, RateL2, VanishingGradient
from ...tasks import AbstractTask, families, names
from .._stop_rules import MeanAbove
from ._recipe import Recipe


def recipe(name: str, *, published: bool = False) -> Recipe:
    """Return the recipe of a named task.

    If `published=True`, the recipe has the optimiser, loss and validation times of the
    publication, also where ours train faster. Raises `ValueError` for an unknown name.

    **Example:**

    >>> recipe = cj.recipe("perceptual_decision")
    >>> recipe.batch_size, recipe.learning_rate
    (20, 0.005)
    """
    check_choice("task", name, names())
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


class _SizeAndNoise(TypedDict, total=False):
    """The arguments of a preset that a recipe may override."""

    n_hidden: int
    sigma_rec: float


def _overrides(n_hidden: int | None, sigma: float | None) -> _SizeAndNoise:
    """Return the requested numbers; the preset's defaults hold for all others."""
    overrides: _SizeAndNoise = {}
    if n_hidden is not None:
        overrides["n_hidden"] = n_hidden
    if sigma is not None:
        overrides["sigma_rec"] = sigma
    return overrides


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


def _song2016(name: str) -> Recipe:
    song = _SONG[name]
    source = (
        "Song, Yang & Wang 2016; with Adam instead of SGD and their regulariser, "
        f"validated {_VALIDATIONS_MORE_OFTEN} times as often"
    )
    if song.stop_when is _RMSE_05:
        source += f", {song.batch_size} trials an update instead of one"

    def build(
        task: AbstractTask,
        variant: str,
        *,
        n_hidden: int | None,
        sigma: float | None,
        key: KeyArray,
    ) -> AbstractNetwork:
        connect_start = variant == _START
        return presets.song2016(
            "multisensory" if connect_start else variant,
            dt=task.dt,
            key=key,
            connect_start=connect_start,
            **_overrides(n_hidden, sigma),
        )

    updates_between = _TRIALS_BETWEEN_VALIDATIONS // song.batch_size
    return Recipe(
        variants=song.variants,
        build=build,
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


def _yang2019(name: str) -> Recipe:
    is_mixture = name == "yang2019"

    def build(
        task: AbstractTask,
        variant: str,
        *,
        n_hidden: int | None,
        sigma: float | None,
        key: KeyArray,
    ) -> AbstractNetwork:
        del variant
        return presets.yang2019(
            task.n_in,
            n_out=task.n_out,
            dt=task.dt,
            key=key,
            **_overrides(n_hidden, sigma),
        )

    return Recipe(
        variants=("yang2019",),
        build=build,
        transform=elementwise_adam,
        learning_rate=1e-3,
        batch_size=64,
        stop_when=MeanAbove(0.95, last=1),
        num_updates=20_000,
        validate_every=500 if is_mixture else 100,
        validation_size=20 * 128 if is_mixture else 512,
        source="Yang et al. 2019 with softplus; alone unless mixed, times drawn anew "
        " for each trial, the threshold ours (theirs is 1, which stops nothing)",
    )


# Masse et al. 2019


def _masse2019(name: str) -> Recipe:
    fields = 3 if name == "location_dms" else 1

    def build(
        task: AbstractTask,
        variant: str,
        *,
        n_hidden: int | None,
        sigma: float | None,
        key: KeyArray,
    ) -> AbstractNetwork:
        return presets.masse2019(
            task.n_in,
            n_out=task.n_out,
            fields=fields,
            short_term_plasticity=variant == "masse2019",
            dt=task.dt,
            key=key,
            **_overrides(n_hidden, sigma),
        )

    return Recipe(
        variants=("masse2019", "masse2019_without_plasticity"),
        build=build,
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


@dataclasses.dataclass(frozen=True)
class _Vanilla:
    """The settings of a network without constraints; `tau=None` means tau = dt."""

    n_hidden: int
    threshold: float
    tau: float | None = 100.0
    sigma: float = 0.02
    learning_rate: float = 2e-3
    batch_size: int = 64
    num_updates: int = 20_000
    transform: Callable[[float | Array], optax.GradientTransformation] = adam
    source: str = "a tanh network without constraints; all settings are ours"


_DYNAMICAL = {
    "flip_flop": _Vanilla(64, 0.95),
    "flip_flop_discrete": _Vanilla(
        16,
        0.99,  # of 1 - RMSE; a mean squared error of 1e-4 is theirs
        tau=None,
        sigma=0.0,
        learning_rate=128**-0.5,
        batch_size=128,
        transform=plain_adam,
        source="fixed-point-finder's tanh network; trials drawn anew, no decay of the "
        "learning rate",
    ),
    "sine_generator": _Vanilla(200, 0.9),
    "integrator": _Vanilla(100, 0.9),
    "leaky_integrator": _Vanilla(100, 0.9),
    "delayed_addition": _Vanilla(100, 0.9),
    "ready_set_go": _Vanilla(100, 0.9),
    "heading_integration": _Vanilla(100, 0.9),
    "chaotic_target": _Vanilla(200, 0.9),
}


def _dynamical(name: str) -> Recipe:
    vanilla = _DYNAMICAL[name]

    def build(
        task: AbstractTask,
        variant: str,
        *,
        n_hidden: int | None,
        sigma: float | None,
        key: KeyArray,
    ) -> AbstractNetwork:
        del variant
        sigma = vanilla.sigma if sigma is None else sigma
        return CTRNN(
            task.n_in,
            vanilla.n_hidden if n_hidden is None else n_hidden,
            task.n_out,
            dt=task.dt,
            tau=task.dt if vanilla.tau is None else vanilla.tau,
            activation="tanh",
            noise=DiffusionNoise(sigma) if sigma else None,
            train_v0=True,
            key=key,
        )

    return Recipe(
        variants=("vanilla",),
        build=build,
        transform=vanilla.transform,
        learning_rate=vanilla.learning_rate,
        batch_size=vanilla.batch_size,
        stop_when=MeanAbove(vanilla.threshold, last=1),
        num_updates=vanilla.num_updates,
        validate_every=100,
        source=vanilla.source,
    )


# PsychRNN


def _psychrnn(name: str) -> Recipe:
    del name

    def build(
        task: AbstractTask,
        variant: str,
        *,
        n_hidden: int | None,
        sigma: float | None,
        key: KeyArray,
    ) -> AbstractNetwork:
        return presets.psychrnn(
            task.n_in,
            50 if n_hidden is None else n_hidden,
            task.n_out,
            dale_ratio=0.8 if variant == "dale" else None,
            rec_noise=0.0 if sigma is None else sigma,
            dt=task.dt,
            tau=100.0,
            key=key,
        )

    return Recipe(
        variants=("basic", "dale"),
        build=build,
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
