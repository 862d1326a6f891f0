"""Counter-based Gaussian noise: a pure function of (key, step, trial, unit).

The layout is fixed, since it decides which bits a key stands for:

- trial i of a batch draws from `jax.random.fold_in(key, i)` (i counts in row-major
  order over the batch axes); a rollout without batch axes draws from `key` itself;
- the counter of a threefry-2x32 block is the pair (t, stream + block): t is the step
  counter that the state carries, and stream is 0 for eps, 2**31 for xi, 2**30 for
  zeta (noise on the rate);
- a block gives two 32-bit words: in float32 the first serves unit `block` and the
  second unit `block + blocks`, with `blocks = ceil(units / 2)`; in float64 both serve
  one unit.

Hence no draw depends on how many steps, trials or devices there are, and a rollout
that is carried on does not replay its noise.
"""

from typing import Literal

import jax
from jax import Array
from jax.extend.random import threefry_2x32
import jax.numpy as jnp
from jaxtyping import Float, Int, UInt32
import numpy as np

from .._types import KeyArray


Stream = Literal["eps", "xi", "zeta"]
_OFFSET: dict[str, int] = {"eps": 0, "xi": 2**31, "zeta": 2**30}


def trial_keys(key: KeyArray, batch_shape: tuple[int, ...]) -> KeyArray:
    """One key for each trial of a batch: `fold_in(key, i)`; no batch axes: the key."""
    if not batch_shape:
        return key
    index = jnp.arange(int(np.prod(batch_shape)), dtype=jnp.uint32)
    return jax.vmap(lambda i: jax.random.fold_in(key, i))(index).reshape(batch_shape)


def _words(key: KeyArray) -> UInt32[Array, "*batch 2"]:
    """Two words for each key, whichever generator the keys belong to."""
    data = jax.random.key_data(key)
    if data.shape[-1] == 2:
        return data
    first, second = data[..., 0:2], data[..., 2:4]  # rbg and unsafe_rbg keys have four
    mix = jnp.vectorize(threefry_2x32, signature="(k),(n)->(n)")
    return mix(first, second)


def standard_normal(
    key: KeyArray,
    steps: Int[Array, " time"],
    units: int,
    stream: Stream,
    dtype: jnp.dtype,
) -> Float[Array, "time *batch units"]:
    """N(0, 1) draws for the given steps, trials and units.

    **Arguments:**

    - `key`: one key per trial, shape `(*batch,)`; see `trial_keys`.
    - `steps`: the step counters t.
    - `units`: how many units.
    - `stream`: which of the noise terms it is for.
    - `dtype`: of the result; 16-bit floats are drawn in float32 and cast.
    """
    wide = jnp.dtype(dtype) == jnp.float64
    blocks = units if wide else (units + 1) // 2
    block = jnp.arange(blocks, dtype=jnp.uint32) + jnp.uint32(_OFFSET[stream])
    words = _words(key)

    def draw(pair: Array, t: Array) -> Array:
        counter = jnp.concatenate([jnp.full_like(block, t), block])
        return threefry_2x32((pair[0], pair[1]), counter)

    for _ in range(words.ndim - 1):
        draw = jax.vmap(draw, in_axes=(0, None))
    bits = jax.vmap(draw, in_axes=(None, 0))(words, steps.astype(jnp.uint32))
    if wide:
        bits = _join(bits[..., :blocks], bits[..., blocks:])
        return _normal(bits, jnp.dtype(jnp.float64))
    return _normal(bits[..., :units], jnp.dtype(jnp.float32)).astype(dtype)


def _join(high: Array, low: Array) -> Array:
    return (high.astype(jnp.uint64) << np.uint64(32)) | low.astype(jnp.uint64)


def _normal(bits: Array, dtype: jnp.dtype) -> Array:
    """Inverse-CDF normals from random words (as `jax.random.normal` maps them)."""
    info = jnp.finfo(dtype)
    shift = np.array(info.bits - info.nmant, bits.dtype)
    one = np.array(1.0, dtype).view(bits.dtype)
    in_1_2 = jax.lax.bitcast_convert_type((bits >> shift) | one, dtype)
    # (0, 1) exclusive of both ends, then (-1, 1): half a spacing off zero
    uniform = (in_1_2 - np.array(1.0, dtype)) + np.array(info.eps / 2, dtype)
    symmetric = np.array(2.0, dtype) * uniform - np.array(1.0, dtype)
    return jax.lax.erf_inv(symmetric) * np.array(np.sqrt(2.0), dtype)
