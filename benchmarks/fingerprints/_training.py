"""Trained networks: gradients, optimisers, recipes, curricula, resumed runs."""

from collections.abc import Callable
from functools import partial
import tempfile
from typing import Any

import numpy as np
import optax

import ctrnn_jax as cj

from ._digest import attributes, Cases, digest
from ._ensembles import ensemble_cases
from ._networks import (
    key,
    N_IN,
    N_OUT,
    network,
    normal,
    plastic,
    state,
    UNITS,
    weights,
)
from ._penalties import PENALTIES, softplus_network, square
from ._rollout_gradients import ADJOINTS
from ._small_fit import fit, fitted, small_network, small_task
from ._tasks import recorded_activity, recorded_choices


GRADIENTS: dict[str, Callable[[], cj.gradients.AbstractGradient]] = {
    "eprop": lambda: cj.gradients.EProp(),
    "eprop_random": lambda: cj.gradients.EProp.random(small_network(), key=key(5)),
    "rtrl": lambda: cj.gradients.RTRL(),
    "evolution": lambda: cj.gradients.EvolutionStrategy(0.02, 6),
    "evolution_ranks": lambda: cj.gradients.EvolutionStrategy(
        0.02, 6, shaping="ranks", batch_size=3
    ),
}


def fit_200() -> Any:
    """Return 200 updates on the task with its default times."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    noise = cj.DiffusionNoise(0.15)
    net = cj.EIRNN(
        task.n_in, 24, task.n_out, dt=20.0, tau=100.0, key=key(0), noise=noise
    )
    settings = {"batch_size": 16, "validate_every": 50, "validation_size": 110}
    return fitted(fit(200, net, task, optax.adamw(5e-3), **settings))


def many_terms() -> Any:
    """Return a run with five penalties."""
    names = ("rate_l2", "weight_l1", "smoothness", "hebbian", "population_kl")
    terms: dict[str, Any] = {name: PENALTIES[name]() for name in names}
    loss = cj.Loss(cj.losses.masked_mse, **terms)
    return fitted(fit(30, softplus_network(), loss=loss))


def fit_by(gradient: Callable[[], cj.gradients.AbstractGradient]) -> Any:
    return fitted(fit(30, gradient=gradient(), validate_every=99))


def fit_by_adjoint(adjoint: Callable[[], cj.simulation.AbstractAdjoint]) -> Any:
    return fit_by(lambda: cj.gradients.BPTT(adjoint=adjoint()))


# Tasks


def teacher_forced() -> Any:
    task = recorded_activity()
    net = cj.network.observe(small_network(), task.observed_units)
    gradient = cj.gradients.BPTT(teacher_forcing=0.2)
    return fitted(fit(30, net, task, gradient=gradient, validation_size=3))


def choices_fitted() -> Any:
    net = cj.CTRNN(2, UNITS, 3, dt=20.0, tau=100.0, key=key(0))
    task = recorded_choices()
    return fitted(fit(30, net, task, validation_size=task.n_conditions))


def by_recipe(name: str, variant: str | None = None, published: bool = False) -> Any:
    """Return 20 updates of a recipe, with a small batch and network."""
    recipe = cj.recipe(name, published=published)
    task = recipe.task(name)
    net = recipe.network(task, variant, n_hidden=20, key=key(0))
    optimiser = recipe.transform(recipe.learning_rate)
    settings = {"validate_every": 20, "validation_size": task.n_conditions}
    return fitted(fit(20, net, task, optimiser, loss=recipe.loss, **settings))


def curriculum() -> Any:
    """Return a run of two stages, which end after two validations each."""

    def twice(past: Any) -> bool:
        return len(past) == 2

    stages = cj.training.Curriculum((small_task(60.0), twice), (small_task(), twice))
    return fitted(fit(99, task=stages, validate_every=5))


# Networks


def vanilla(**options: Any) -> Any:
    """Return a run of a network without signs and with a trained v0."""
    return fitted(fit(30, small_network(kind=cj.CTRNN, train_v0=True, **options)))


def projected() -> Any:
    """Return a run with scaled updates that are projected onto bounds."""
    net = small_network(constraints={"w_hid": cj.constraints.Bounded(-0.3, 0.3)})
    scales = np.abs(square(50))
    optimiser = optax.chain(
        optax.adamw(1e-2),
        cj.training.scale_updates({"w_hid": scales, "b_hid": 0.0}),
        cj.training.project_onto(net.constraints),
    )
    return fitted(fit(30, net, optimiser=optimiser))


def forced(**options: Any) -> Any:
    """Return the readout that FORCE learns."""
    net = network(dt=10.0, tau=50.0, noise=cj.DiffusionNoise(0.05))
    u, targets = normal(40, 60, N_IN), normal(41, 60, N_OUT)
    result = cj.training.force(net, u, targets, key=key(1), **options)
    return [
        *attributes(result, "errors precision"),
        state(result.state),
        weights(result.network),
        weights(result.open_network),
    ]


# Runs that end early or continue


def stopped() -> Any:
    """Return a run on easy trials with a stop rule."""
    rule = cj.MeanAbove(0.5, last=3)
    easy = small_task(coherences=(51.2,))
    run = fit(300, task=easy, stop_when=rule, batch_size=16, restore_best=True)
    performance = np.array([0.1, 0.9, 0.8, 0.7])
    return fitted(run), rule.mean(performance)


def resumed() -> Any:
    """Return a run that ends at update 20 of 30 and continues from its checkpoint.

    Raises `RuntimeError` if it differs from an uninterrupted run.
    """
    optimiser = optax.adamw(optax.cosine_decay_schedule(1e-2, 40), weight_decay=0.1)
    run = partial(fit, 30, optimiser=optimiser)

    def stop(report: cj.training.Report) -> bool:
        return bool(report.state.step >= 20)

    with tempfile.TemporaryDirectory() as folder:
        with cj.Checkpoints(folder, every=7) as checkpoints:
            run(checkpoints=checkpoints, callback=stop)
        with cj.Checkpoints(folder, every=7) as checkpoints:
            in_parts = fitted(run(checkpoints=checkpoints, resume=True))
    if digest(in_parts) != digest(fitted(run())):
        raise RuntimeError("a resumed run differs from an uninterrupted run")
    return in_parts


def on_a_mesh() -> Any:
    """Return a run with its trials divided over a mesh of one device."""
    return fitted(fit(10, mesh=cj.sharding.mesh(trials=1)))


def training_cases() -> Cases:
    yield "fit", fit_200
    yield "many_terms", many_terms
    for name, adjoint in ADJOINTS.items():
        yield f"adjoint.{name}", partial(fit_by_adjoint, adjoint)
    yield "teacher_forcing", teacher_forced
    yield "recorded_choices", choices_fitted
    for name, gradient in GRADIENTS.items():
        yield f"gradient.{name}", partial(fit_by, gradient)
    yield "ctrnn_tau", lambda: vanilla(train_tau=True)
    yield (
        "low_rank",
        lambda: vanilla(constraints={"w_hid": cj.constraints.LowRank(2)}),
    )
    yield "plastic", lambda: fitted(fit(30, plastic(n_in=2)))
    yield "sgd", lambda: fitted(fit(30, optimiser=optax.sgd(1e-2, momentum=0.9)))
    yield from ensemble_cases()
    yield "force", lambda: forced(alpha=2.0)
    yield (
        "force_feedback",
        lambda: forced(feedback=normal(42, UNITS, N_OUT), every=2, passes=2),
    )
    yield "resumed", resumed
    decision = "perceptual_decision"
    yield "recipe.song2016", lambda: by_recipe(decision)
    yield "recipe.song2016_published", lambda: by_recipe(decision, published=True)
    yield "recipe.yang2019", lambda: by_recipe("fdgo")
    yield "recipe.masse2019", lambda: by_recipe("dms")
    yield "recipe.flip_flop", lambda: by_recipe("flip_flop")
    yield "recipe.psychrnn", lambda: by_recipe("perceptual_discrimination", "dale")
    yield "projected", projected
    yield "curriculum", curriculum
    yield "stopped", stopped
    yield "mesh", on_a_mesh
