"""How each named task is trained by `ctrnn-jax train`: as published, where it is known.

A recipe is a default, not a law: each of its parts is one argument of `fit`. `source`
says what differs from the publication.
"""

from collections.abc import Callable
import dataclasses
from typing import Any

import optax

from ... import presets
from ..._checks import check_choice
from ..._types import KeyArray
from ...dynamics import DiffusionNoise
from ...network import AbstractNetwork, CTRNN
from ...penalties import Loss, RateL2, VanishingGradient
from ...tasks import AbstractTask, families, names
from .._stop_rules import MeanAbove
from ._optimisers import adam, clipped_adam, clipped_sgd, elementwise_adam, plain_adam
from ._recipe import Recipe


def recipe(name: str, *, published: bool = False) -> Recipe:
    """The recipe of a named task.

    With `published`, the optimiser, loss and times of validation of the publication
    where ours are quicker; the same recipe where they do not differ. Raises
    `ValueError` for an unknown name.
    """
    check_choice("task", name, names())
    family = next(family for family, members in families().items() if name in members)
    if published and family == "song2016":
        return _song2016_published(name)
    return _RECIPES[family](name)


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class _Song:
    structures: tuple[str, ...]
    rule: MeanAbove
    validation_size: int
    batch_size: int = 20


_SOONER = 10
"""Adam needs fewer trials: their 10,000 between validations are often all of them."""

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
        f"validated {_SOONER} times as often"
    )
    if song.rule is _RMSE_05:
        source += f", {song.batch_size} trials an update instead of one"

    def build(
        task: AbstractTask, variant: str, *, n_hidden: Any, sigma: Any, key: KeyArray
    ) -> AbstractNetwork:
        options = _given(n_hidden=n_hidden, sigma_rec=sigma)
        if variant == _START:
            variant, options["connect_start"] = "multisensory", True
        return presets.song2016(variant, dt=task.dt, key=key, **options)

    return Recipe(
        variants=song.structures,
        build=build,
        transform=adam,
        learning_rate=5e-3,
        batch_size=song.batch_size,
        stop_when=song.rule,
        num_updates=20_000,
        validate_every=10_000 // song.batch_size // _SOONER,
        validation_size=song.validation_size,
        source=source,
    )


def _song2016_published(name: str) -> Recipe:
    song, usual = _SONG[name], _song2016(name)
    batch = 1 if song.rule is _RMSE_05 else song.batch_size
    return dataclasses.replace(
        usual,
        transform=clipped_sgd,
        learning_rate=1e-2,
        batch_size=batch,
        steps=10_000_000,
        validate_every=10_000 // batch,
        loss=Loss(omega=VanishingGradient(2.0)),
        source="Song, Yang & Wang 2016: SGD, and their vanishing-gradient regulariser",
    )


def _yang2019(name: str) -> Recipe:
    mixed = name == "yang2019"

    def build(
        task: AbstractTask, variant: str, *, n_hidden: Any, sigma: Any, key: KeyArray
    ) -> AbstractNetwork:
        del variant
        options = _given(n_hidden=n_hidden, sigma_rec=sigma)
        return presets.yang2019(
            task.n_in, n_out=task.n_out, dt=task.dt, key=key, **options
        )

    return Recipe(
        variants=("yang2019",),
        build=build,
        transform=elementwise_adam,
        learning_rate=1e-3,
        batch_size=64,
        stop_when=MeanAbove(0.95, last=1),
        num_updates=20_000,
        validate_every=500 if mixed else 100,
        validation_size=20 * 128 if mixed else 512,
        source="Yang et al. 2019 with softplus; alone unless mixed, times drawn anew "
        " for each trial, the threshold ours (theirs is 1, which stops nothing)",
    )


def _masse2019(name: str) -> Recipe:
    fields = 3 if name == "location_dms" else 1

    def build(
        task: AbstractTask, variant: str, *, n_hidden: Any, sigma: Any, key: KeyArray
    ) -> AbstractNetwork:
        options = _given(n_hidden=n_hidden, sigma_rec=sigma)
        return presets.masse2019(
            task.n_in,
            n_out=task.n_out,
            fields=fields,
            short_term_plasticity=variant == "masse2019",
            dt=task.dt,
            key=key,
            **options,
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


@dataclasses.dataclass(frozen=True)
class _Vanilla:
    n_hidden: int
    threshold: float
    tau: float | None = 100.0
    sigma: float = 0.02
    learning_rate: float = 2e-3
    batch_size: int = 64
    steps: int = 20_000
    transform: Callable[[Any], optax.GradientTransformation] = adam
    source: str = "a tanh network without constraints; all settings are ours"


_DYNAMICAL = {
    "flip_flop": _Vanilla(64, 0.95),
    "flip_flop_discrete": _Vanilla(
        16,
        0.99,  # of 1 - RMSE: their mean squared error of 1e-4
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
        task: AbstractTask, variant: str, *, n_hidden: Any, sigma: Any, key: KeyArray
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
        num_updates=vanilla.steps,
        validate_every=100,
        source=vanilla.source,
    )


def _psychrnn(name: str) -> Recipe:
    del name

    def build(
        task: AbstractTask, variant: str, *, n_hidden: Any, sigma: Any, key: KeyArray
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
