"""Constraints at random parameters, and networks that satisfy them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.constraints import (
    Abs,
    AbstractConstraint,
    Bounded,
    chain,
    Dale,
    Fixed,
    Free,
    LowRank,
    Masked,
    NoAutapses,
    NonNegative,
    Relu,
    RowBalanced,
    SignMask,
    Skew,
    Softplus,
    SpectralRadiusBelow,
    Symmetric,
)

from ._digest import attributes, Cases
from ._networks import built, inputs, key, network, normal, raw_weights, UNITS, weights


SIGNS = np.array([1, 1, 1, -1])
PER_SYNAPSE = np.array([[1, -1, 0, 0], [1, 1, -1, 0], [-1, 0, 1, 1], [0, -1, 1, -1]])
VALUES = np.array([[0.3, 0, 0, -0.2], [0, 0, 0, 0], [0, 1.5, 0, 0], [0, 0, 0, -2.0]])
MASK = np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]], dtype=bool)
BOTH_WAYS = np.array(
    [[0, 1, 0, 1], [1, 1, 1, 0], [0, 1, 0, 1], [1, 0, 1, 1]], dtype=bool
)
MAPS = {"abs": Abs, "relu": Relu, "softplus": Softplus}
SIGNED = ((NonNegative, ()), (Dale, (SIGNS,)), (SignMask, (PER_SYNAPSE,)))

CONSTRAINTS: dict[str, Callable[[], AbstractConstraint]] = {
    "free": lambda: Free(),
    "masked": lambda: Masked(MASK),
    "no_autapses": lambda: NoAutapses(),
    "bounded": lambda: Bounded(-0.5, 0.7),
    "bounded_per_synapse": lambda: Bounded(np.full((4, 4), -1.0), 0.3 + MASK),
    "bounded_below": lambda: Bounded(0.05, np.inf),
    "bounded_above": lambda: Bounded(-np.inf, -0.2),
    "fixed": lambda: Fixed(VALUES),
    "fixed_plastic": lambda: Fixed(VALUES, plastic=(VALUES == 0) & MASK),
    "sign_mask_free": lambda: SignMask(PER_SYNAPSE, free=(PER_SYNAPSE == 0) & MASK),
    "symmetric": lambda: Symmetric(),
    "skew": lambda: Skew(),
    "row_balanced": lambda: RowBalanced(),
    "spectral_radius": lambda: SpectralRadiusBelow(0.8),
    "two_masks": lambda: chain(Masked(MASK), Masked(np.tri(4, dtype=bool))),
    "dale_masked": lambda: chain(Dale(SIGNS), Masked(MASK)),
    "dale_bounded": lambda: chain(Dale(SIGNS), Bounded(-0.4, 0.4)),
    "dale_fixed": lambda: chain(Fixed(np.abs(VALUES) * SIGNS), Dale(SIGNS)),
    "dale_no_autapses": lambda: chain(NoAutapses(), Dale(SIGNS)),
    "dale_balanced": lambda: chain(Dale(SIGNS), RowBalanced()),
    "dale_balanced_masked": lambda: chain(
        Dale(SIGNS), RowBalanced(), Masked(MASK | (SIGNS < 0))
    ),
    "dale_radius_masked": lambda: chain(
        SpectralRadiusBelow(0.8), Dale(SIGNS), Masked(MASK)
    ),
    "dale_radius_balanced": lambda: chain(
        SpectralRadiusBelow(0.8), Dale(SIGNS), RowBalanced()
    ),
    "symmetric_masked": lambda: chain(Symmetric(), Masked(BOTH_WAYS)),
    "symmetric_non_negative": lambda: chain(Symmetric(), NonNegative()),
    "symmetric_radius": lambda: chain(SpectralRadiusBelow(0.8), Symmetric()),
    "skew_bounded": lambda: chain(Skew(), Bounded(-0.3, 0.3)),
}


def constrained(make: Callable[[], Any]) -> Any:
    """Return a constraint at random parameters, its gradient, and a network."""
    rule, x = make(), jnp.asarray(normal(6, 4, 4))
    w = rule.effective(x)
    structure = rule.structure((4, 4))
    net = cj.CTRNN(
        2, 4, 1, dt=20.0, tau=100.0, constraints={"w_hid": rule}, key=key(7),
        w_in=normal(15, 4, 2), w_out=normal(16, 1, 4),
    )  # fmt: skip
    return (
        w,
        jax.grad(lambda x: jnp.sum(jnp.sin(rule.effective(x))))(x),
        rule.project(x),
        rule.raw(rule.project(x)),
        rule.violations(x),
        rule.dead(x),
        attributes(structure, "present signs plastic"),
        weights(net),
        cj.violations(net),
        cj.network.dead_synapses(net),
    )


def with_map(rule: Callable[..., Any], args: tuple[Any, ...], map_: Any) -> Any:
    return rule(*args, map_())


def signed(map_: Callable[[], Any]) -> cj.AbstractNetwork:
    return network(cj.EIRNN, sign_map=map_())


def low_rank_network(background: Callable[[], np.ndarray | None]) -> Any:
    """Return weights and gradient of a network whose parameters are two factors."""
    net = network(constraints={"w_hid": LowRank(2, background())})
    grads = jax.grad(lambda net: jnp.sum(cj.rollout(net, inputs()).outputs))(net)
    return weights(net), raw_weights(grads), cj.violations(net)


def masked_and_bounded() -> cj.AbstractNetwork:
    """Return a network with constraints in addition to those of its class."""
    mask = Masked(normal(9, UNITS, UNITS) > 0)
    constraints = {"w_hid": chain(mask, Bounded(-0.3, 0.3)), "w_in": Bounded(0.0, 0.3)}
    small = cj.initialisers.Gamma(mean=0.05)
    return network(cj.EIRNN, constraints=constraints, w_in=small, w_hid=small)


def of_matrix(function: Callable[..., Any]) -> Any:
    return function(normal(6, 4, 4))


def constraint_cases() -> Cases:
    """Yield the cases of the group `constraint`."""
    for name, make in CONSTRAINTS.items():
        yield name, partial(constrained, make)
    for name, map_ in MAPS.items():
        for rule, args in SIGNED:
            make = partial(with_map, rule, args, map_)
            yield f"{rule.__name__}_{name}", partial(constrained, make)
        yield f"eirnn_{name}", partial(built, partial(signed, map_))
    yield "low_rank", lambda: low_rank_network(lambda: None)
    background = partial(normal, 8, UNITS, UNITS)
    yield "low_rank_background", partial(low_rank_network, background)
    yield "eirnn_masked_bounded", partial(built, masked_and_bounded)
    yield "spectral_radius_of", partial(of_matrix, cj.initialisers.spectral_radius)
    yield "spectral_abscissa_of", partial(of_matrix, cj.initialisers.spectral_abscissa)
    yield "excitatory_signs", lambda: cj.connectivity.excitatory_signs(13, 0.8)
