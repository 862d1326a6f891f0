"""Ensembles of networks that are trained together."""

import functools
import tempfile
from typing import Any

import optax

import ctrnn_jax as cj

from ._digest import attributes, Cases, digest
from ._networks import weights
from ._small_fit import history, small_network, small_task


SWEEP = [
    {"noise": 0.1, "learning_rate": 1e-3, "loss.rates": 0.0, "tau": 80.0},
    {"noise": 0.3, "learning_rate": 1e-2, "loss.rates": 0.1, "tau": 100.0},
]


def ensemble(sweep: Any = (), num_updates: int = 40, **options: Any) -> Any:
    """Return every member of two seeds and a sweep, and the best member."""
    result = cj.fit_ensemble(
        small_network,
        small_task(),
        optax.adam if sweep else optax.adam(1e-2),
        seeds=(0, 1),
        sweep=sweep,
        num_updates=num_updates,
        batch_size=4,
        validate_every=10,
        validation_size=11,
        loss=cj.Loss(rates=cj.penalties.RateL2(1e-2)),
        **options,
    )
    members = [result.member(i) for i in range(len(result.members))]
    return [of_member(member) for member in members], result.best_member


def of_member(member: cj.training.FitResult) -> list[Any]:
    """Return history, network and best validation of a member."""
    return [
        history(member.history),
        weights(member.network),
        attributes(member.best, "step performance loss"),
    ]


@functools.cache
def two_seeds() -> Any:
    return ensemble()


def resumed_ensemble() -> Any:
    """Return an ensemble that ends at update 20 of 40 and continues.

    Raises `RuntimeError` if it differs from an uninterrupted run.
    """
    with tempfile.TemporaryDirectory() as folder:
        with cj.Checkpoints(folder, every=7) as checkpoints:
            ensemble(num_updates=20, checkpoints=checkpoints)
        with cj.Checkpoints(folder, every=7) as checkpoints:
            in_parts = ensemble(checkpoints=checkpoints, resume=True)
    if digest(in_parts) != digest(two_seeds()):
        raise RuntimeError("a resumed ensemble differs from an uninterrupted one")
    return in_parts


def ensemble_cases() -> Cases:
    yield "ensemble", two_seeds
    yield "ensemble_sweep", lambda: ensemble(SWEEP, 10)
    yield "resumed_ensemble", resumed_ensemble
