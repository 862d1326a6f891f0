"""Rollouts: noise, methods, forms, plasticity, and rollouts in parts."""

from functools import partial
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp

import ctrnn_jax as cj

from ._digest import Cases
from ._networks import (
    built,
    inputs,
    key,
    network,
    NOISES,
    noisy,
    of_form,
    plastic,
    rolled,
    trajectory,
    TRIALS,
    weights,
)


METHODS = {"euler": cj.Euler, "exponential": cj.ExponentialEuler}


def plastic_rollout() -> Any:
    """Return a rollout that records its synapses."""
    return rolled(plastic(), inputs(), record=cj.Record(synapses=True))


def one_plasticity() -> cj.AbstractNetwork:
    """Return a network whose synapses all have the same constants."""
    return network(synapses=cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45))


def strided() -> Any:
    """Return the rates after every fifth step."""
    record = cj.Record(potentials=False, stride=5)
    net = noisy(cj.EIRNN, "all")
    return [cj.rollout(net, inputs(), record=record, key=key(2)).rates]


def carried_on() -> Any:
    """Return a rollout in two parts."""
    net, u = noisy(cj.EIRNN, "all"), inputs()
    start = cj.rollout(net, u[:, :11], key=key(2))
    return trajectory(start), rolled(net, u[:, 11:], state=start.final_state)


def stepped() -> Any:
    """Return four single steps."""
    net, u = plastic(), inputs()
    state, trajectories = net.initial_state((TRIALS,)), []
    for t in range(4):
        traj = cj.step(net, state, u[:, t], key=key(2))
        state = traj.final_state
        trajectories.append(trajectory(traj))
    return trajectories


def stacked() -> Any:
    """Return outputs of three networks, mapped in two ways."""
    nets = cj.stack([network(cj.EIRNN, key=key(seed)) for seed in range(3)])

    def outputs(net: cj.AbstractNetwork) -> Array:
        return cj.rollout(net, inputs(), key=key(2)).outputs

    mapped = [cj.map_networks(outputs, nets, batch_size=n) for n in (None, 2)]
    return mapped, weights(jax.tree.map(lambda x: x[1], nets))


def rollout_cases() -> Cases:
    for kind in (cj.CTRNN, cj.EIRNN):
        for noise in NOISES:
            for name, method in METHODS.items():
                make = partial(noisy, kind, noise, method)
                yield f"{kind.__name__.lower()}.{noise}.{name}", partial(built, make)
    activations = ("relu", "tanh", "sigmoid", "retanh", "softplus", "linear")
    for f in (*activations, "power_law"):
        make = partial(of_form, cj.CTRNN, cj.dynamics.CurrentForm, f)
        yield f"form.current.{f}", partial(built, make)
    for f in ("relu", "tanh", "softplus"):
        for noise in ("none", "all", "diffusion"):
            make = partial(of_form, cj.CTRNN, cj.dynamics.RateForm, f, noise)
            yield f"form.rate.{f}.{noise}", partial(built, make)
    leak = cj.dynamics.RectifiedLeakForm
    for f in ("relu", "softplus"):
        for noise in ("none", "all"):
            make = partial(of_form, cj.EIRNN, leak, f, noise)
            yield f"form.leak.{f}.{noise}", partial(built, make)
    yield "plasticity", plastic_rollout
    yield "plasticity.numbers", partial(built, one_plasticity)
    yield "plasticity.leak", lambda: built(partial(plastic, form=leak()))
    yield "stride", strided
    low = {"weight_dtype": jnp.bfloat16}
    yield "bfloat16_weights", lambda: rolled(network(), inputs(), **low)
    yield "without_input", lambda: rolled(network(noise=NOISES["all"]()), None, steps=9)
    yield "one_trial", lambda: rolled(network(noise=NOISES["pre"]()), inputs()[0])
    no_bias = partial(network, b_hid=None, use_bias_hid=False)
    yield "no_bias", partial(built, no_bias)
    yield "one_tau", partial(built, partial(network, cj.EIRNN, tau=100.0, v0=None))
    yield "carried_on", carried_on
    yield "steps", stepped
    yield "map_networks", stacked
