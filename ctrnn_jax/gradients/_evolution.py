"""Evolution strategies: estimate the gradient from values of the loss alone."""

from functools import partial
import math
from typing import final, Literal

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check_choice, check_count, check_positive, check_shape
from .._types import ArrayLike
from ..network import AbstractNetwork
from ._problem import AbstractGradient, Estimate, Problem


_PERTURBATIONS = 2**32 - 1
"""The number to fold into the problem's key for perturbations; no trial has it."""


Shaping = Literal["ranks"]
"""How losses become weights of the perturbations."""

_whole_pairs = partial(check_count, "pairs", at_least=1)


def _positive_sigma(sigma: ArrayLike) -> Array:
    """Validate a standard deviation; return it as an array."""
    check_positive("sigma", sigma, "It is the standard deviation of the perturbations.")
    check_shape("sigma", sigma, (), "Give one number.")
    return jnp.asarray(sigma, float)


@final
@checks_arguments
class EvolutionStrategy(AbstractGradient):
    """The gradient of a smoothed loss, estimated from values of the loss alone.

    Raw parameters x are perturbed by Gaussian noise, in antithetic pairs:

        g = 1 / (2 sigma K) sum_k (L(x + sigma e_k) - L(x - sigma e_k)) e_k

    (Salimans et al. 2017, algorithm 1, with mirrored sampling). It is an unbiased
    estimate of the gradient of the mean of L(x + sigma e). This is the gradient of L
    itself if L is quadratic, and otherwise in the limit of small sigma. The standard
    error of the estimate, relative to the norm of the gradient, is about `sqrt(P / K)`
    for P parameters. L is the loss on one batch with one realisation of the noise: all
    perturbed networks get the same trials and noise, so their losses differ only by the
    perturbations. Neither the loss (it may be the fraction correct or a count of steps)
    nor the activation need be differentiable.

    Weights computed from perturbed raw parameters satisfy every constraint. The memory
    is that of forward passes: perturbations are drawn again where they are needed.

    **Arguments:**

    - `sigma`: standard deviation of the perturbations, in units of raw parameters.
    - `pairs`: K, the number of pairs; each needs two rollouts.
    - `shaping`: `None`, or "ranks": losses are replaced by their ranks among all
        perturbed networks, from -1/2 to 1/2 (equal losses share their mean rank). The
        update then does not depend on the loss's scale or outliers, and is a direction,
        not a gradient of the loss.
    - `batch_size`: the number of pairs to simulate at the same time; by default all.

    The reported loss is that of the unperturbed network, which needs one more rollout.
    Raises `ValueError` for a sigma that is not positive, fewer than one pair, and an
    unknown shaping.
    """

    sigma: Array = eqx.field(converter=_positive_sigma)
    pairs: int = eqx.field(converter=_whole_pairs, static=True)
    shaping: Shaping | None = eqx.field(default=None, kw_only=True, static=True)
    batch_size: int | None = eqx.field(default=None, kw_only=True, static=True)

    def __check_init__(self) -> None:
        """Validate the shaping and the size of a batch."""
        if self.shaping is not None:
            check_choice("shaping", self.shaping, ("ranks",))
        if self.batch_size is not None:
            check_count("batch_size", self.batch_size, at_least=1)

    def __call__(
        self, params: AbstractNetwork, static: AbstractNetwork, problem: Problem
    ) -> Estimate:
        """Return the loss, its terms, and the estimate of its gradient."""
        value, terms = problem.value(eqx.combine(params, static))
        base_key = jax.random.fold_in(problem.key, jnp.uint32(_PERTURBATIONS))
        batch_size = min(self.batch_size or self.pairs, self.pairs)
        x, unravel = ravel_pytree(params)
        sigma = self.sigma.astype(x.dtype)

        def loss(x: Array) -> Array:
            return problem.value(eqx.combine(unravel(x), static))[0]

        def direction(index: Array) -> Array:
            key = jax.random.fold_in(base_key, index)
            return jax.random.normal(key, x.shape, x.dtype)

        def losses_of_pair(index: Array) -> Array:
            step = sigma * direction(index)
            return jax.vmap(loss)(jnp.stack([x + step, x - step]))

        # 1. The losses of all pairs, `(pairs, 2)`.
        indices = jnp.arange(self.pairs, dtype=jnp.uint32)
        losses = jax.lax.map(losses_of_pair, indices, batch_size=batch_size)
        if self.shaping == "ranks":
            losses = centred_ranks(losses)

        # 2. The weight of each direction in the estimate, `(pairs,)`.
        scale = 2 * self.pairs * sigma
        weights = (losses[:, 0] - losses[:, 1]).astype(x.dtype) / scale

        # 3. The weighted sum of directions, one batch after the other: each direction
        #    is drawn again from its index, so that all of them are never stored.
        def add_batch(total: Array, batch: tuple[Array, Array]) -> tuple[Array, None]:
            indices, weights = batch
            return total + weights @ jax.vmap(direction)(indices), None

        num_batches = math.ceil(self.pairs / batch_size)
        # padding of the last batch has weight 0
        padding = (0, num_batches * batch_size - self.pairs)

        def in_batches(y: Array) -> Array:
            return jnp.pad(y, padding).reshape(num_batches, batch_size)

        total, _ = jax.lax.scan(
            add_batch, jnp.zeros_like(x), (in_batches(indices), in_batches(weights))
        )
        return value, terms, unravel(total)


def centred_ranks(values: Array) -> Array:
    """Return ranks among all values, from -1/2 (least) to 1/2; equal ones share one."""
    flat = values.reshape(-1)
    ordered = jnp.sort(flat)
    num_below = jnp.searchsorted(ordered, flat, side="left")
    num_not_above = jnp.searchsorted(ordered, flat, side="right")
    # Equal values have the ranks num_below ... num_not_above - 1. Twice the mean of
    # these is a whole number, so equal values get exactly equal ranks.
    twice_mean_rank = (num_below + num_not_above - 1).astype(values.dtype)
    return (twice_mean_rank / (2 * (flat.size - 1)) - 0.5).reshape(values.shape)
