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

import functools
from typing import Literal

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Float, Int, UInt32
import numpy as np

from ._types import KeyArray


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
    halves = lambda x: (x[..., 0], x[..., 1])
    return jnp.stack(_threefry(halves(first), halves(second)), axis=-1)


@functools.partial(jax.jit, static_argnames=("units", "stream", "dtype"))
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
    first, second = _drawn(key, steps, blocks, stream)
    if wide:
        return _normal(_join(first, second))
    # the parts are put together last: a concatenation inside does not vectorise
    parts = [_normal_32(first), _normal_32(second[..., : units - blocks])]
    return jnp.concatenate(parts, axis=-1).astype(dtype)


def fusable_normal(
    key: KeyArray, steps: Int[Array, " time"], units: int, dtype: jnp.dtype
) -> Float[Array, "time *batch units"]:
    """N(0, 1) draws that vectorise in whatever they are added to.

    One block for each value, in float32 its first word only. Slower than
    `standard_normal` by itself; faster where the draws are one term of a sum, for
    the concatenation there does not vectorise then.
    """
    first, second = _drawn(key, steps, units, "eps")
    if jnp.dtype(dtype) == jnp.float64:
        return _normal(_join(first, second))
    return _normal_32(first).astype(dtype)


def _drawn(
    key: KeyArray, steps: Array, blocks: int, stream: Stream
) -> tuple[Array, Array]:
    """Both words of each block, `(time, *batch, blocks)`."""
    words = _words(key)
    shape = (steps.shape[0], *words.shape[:-1], blocks)
    along = lambda x, axis: jax.lax.broadcast_in_dim(x, shape, axis)
    batch_axes = tuple(range(1, words.ndim))
    block = jnp.arange(blocks, dtype=jnp.uint32) + jnp.uint32(_OFFSET[stream])
    # or the rounds that do not depend on t are lifted out of a loop over chunks, as
    # arrays that cost more to read than to make
    words, steps, block = jax.lax.optimization_barrier((words, steps, block))
    return _threefry(
        (along(words[..., 0], batch_axes), along(words[..., 1], batch_axes)),
        (along(steps.astype(jnp.uint32), (0,)), along(block, (words.ndim,))),
    )


def _threefry(
    key: tuple[Array, Array], counter: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Threefry-2x32 with 20 rounds (Salmon et al. 2011, "as easy as 1, 2, 3").

    The bits of `jax.extend.random.threefry_2x32`. That one loops over the rounds on a
    CPU and passes its arrays through memory each time; written out, all rounds are one
    kernel.
    """
    x, y = counter
    schedule = (*key, key[0] ^ key[1] ^ np.uint32(0x1BD11BDA))
    x, y = x + schedule[0], y + schedule[1]
    for group in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x = x + y
            y = x ^ ((y << np.uint32(turn)) | (y >> np.uint32(32 - turn)))
        x = x + schedule[(group + 1) % 3]
        y = y + schedule[(group + 2) % 3] + np.uint32(group + 1)
    return x, y


def _join(high: Array, low: Array) -> Array:
    return (high.astype(jnp.uint64) << np.uint64(32)) | low.astype(jnp.uint64)


def _uniform(bits: Array, dtype: type) -> Array:
    """In (0, 1), both ends excluded: the middles of 2**-nmant wide intervals."""
    info = jnp.finfo(dtype)
    shift = np.array(info.bits - info.nmant, bits.dtype)
    one = np.array(1.0, dtype).view(bits.dtype)
    in_1_2 = jax.lax.bitcast_convert_type((bits >> shift) | one, dtype)
    return (in_1_2 - np.array(1.0, dtype)) + np.array(info.eps / 2, dtype)


def _normal(bits: Array) -> Array:
    """Inverse-CDF normals from 64-bit words."""
    symmetric = 2.0 * _uniform(bits, np.float64) - 1.0
    return jax.lax.erf_inv(symmetric) * np.sqrt(2.0)


# Giles 2010, "Approximating the erfinv function", table for single precision: powers
# of w - 2.5 in the centre and of sqrt(w) - 3 in the tails, highest first
_CENTRE = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_TAILS = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def _normal_32(bits: Array) -> Array:
    """Inverse-CDF normals from 32-bit words, within 5e-7 of their size.

    As `erf_inv`, with w = -log(1 - x^2) from the uniform number u as -log(4 u (1 - u)),
    which loses nothing near the ends and spares a `log1p`.
    """
    f32 = np.float32
    u = _uniform(bits, f32)
    w = -jnp.log(f32(4) * u * (f32(1) - u))
    central = w < f32(5)
    t = jnp.where(central, w - f32(2.5), jnp.sqrt(w) - f32(3))
    value = jnp.where(central, f32(_CENTRE[0]), f32(_TAILS[0]))
    for centre, tail in zip(_CENTRE[1:], _TAILS[1:], strict=True):
        value = jnp.where(central, f32(centre), f32(tail)) + value * t
    return value * (f32(2) * u - f32(1)) * f32(np.sqrt(2.0))
