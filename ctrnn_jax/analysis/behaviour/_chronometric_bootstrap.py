"""How sure a chronometric fit is: fits to resampled reaction times."""

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Bool, Float
import numpy as np

from ..._checks import check_count
from ..._types import ArrayLike, KeyArray, Numbers
from ._psychometric_bootstrap import interval_of, percentiles
from ._reaction_times import (
    chronometric_curve,
    ChronometricFit,
    fit_chronometric,
    mean_time,
    refit,
)


_NAMES = ("residual", "decision", "rate")


class ChronometricBootstrap(eqx.Module):
    """What fits to resampled reaction times give.

    **Attributes:**

    - `samples`: each `(samples,)`: "residual", "decision" (ms), "rate" (1 / evidence).
    - `converged`: which fits did, `(samples,)`; the others' estimates are kept.
    - `fit`: that of the times as they are.
    """

    samples: dict[str, Float[Array, " samples"]]
    converged: Bool[Array, " samples"]
    fit: ChronometricFit

    def interval(self, name: str, *, level: float = 0.95) -> np.ndarray:
        """The percentile interval of a parameter, `(2,)`: low, high.

        Raises `ValueError` for unknown names and levels outside of [0, 1].
        """
        return interval_of(self.samples, name, level)

    def band(self, evidence: ArrayLike, *, level: float = 0.95) -> np.ndarray:
        """The percentile interval of the mean time in ms at each evidence, `(2, k)`."""
        x = jnp.asarray(evidence, self.fit.rate.dtype)
        each = jax.vmap(mean_time, (None, 0, 0, 0))
        return percentiles(each(x, *(self.samples[name] for name in _NAMES)), level)


def bootstrap_chronometric(
    evidence: Numbers, times: Numbers, *, key: KeyArray, samples: int = 1000
) -> ChronometricBootstrap:
    """Refit reaction times drawn again, with replacement, at each size of the evidence.

    **Arguments:**

    - `evidence`, `times`: of each trial, as of `chronometric_curve`; undecided trials
      (NaN) are left out. Give those of correct trials alone.
    - `key`: for what is drawn.
    - `samples`: how many times.

    **Returns:** a `ChronometricBootstrap`. Raises `ValueError` as `chronometric_curve`
    and `fit_chronometric` do.
    """
    samples = check_count("samples", samples, at_least=1)
    fit = fit_chronometric(chronometric_curve(evidence, times))
    size, seen = np.abs(np.asarray(evidence, float)), np.asarray(times, float)
    size, seen = size[np.isfinite(seen)], seen[np.isfinite(seen)]
    order = np.argsort(size, kind="stable")
    levels, which = np.unique(size[order], return_inverse=True)
    counts = np.bincount(which)
    first = np.cumsum(counts) - counts
    found = _refits(
        jnp.asarray(levels),
        jnp.asarray(seen[order]),
        jnp.asarray(which),
        jnp.asarray(first),
        jnp.asarray(counts),
        jr.split(key, samples),
    )
    drawn = {name: getattr(found, name) for name in _NAMES}
    return ChronometricBootstrap(drawn, found.converged, fit)


@jax.jit
def _refits(
    levels: Array,
    times: Array,
    which: Array,
    first: Array,
    counts: Array,
    keys: KeyArray,
) -> ChronometricFit:
    number = counts.astype(times.dtype)

    def one(key: KeyArray) -> ChronometricFit:
        share = jr.uniform(key, times.shape, times.dtype)
        offset = jnp.floor(share * number[which]).astype(which.dtype)
        drawn = times[first[which] + jnp.minimum(offset, counts[which] - 1)]
        add = lambda x: jax.ops.segment_sum(x, which, len(levels))
        mean = add(drawn) / number
        spread = jnp.sqrt(add((drawn - mean[which]) ** 2) / jnp.maximum(number - 1, 1))
        return refit(levels, mean, number, spread)

    return jax.lax.map(one, keys, batch_size=64)
