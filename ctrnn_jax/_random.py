"""Counter-based Gaussian noise: a pure function of (key, step, trial, unit).

The layout of the random bits is fixed: it decides which noise a key stands for.

- Trial i of a batch draws from `jax.random.fold_in(key, i)`; i counts in row-major
  order over the batch axes. A rollout without batch axes draws from `key` itself.
- The counter of a threefry-2x32 block is the pair (t, offset + block). t is the step
  counter of the network's state. The offset is 0 for eps, 2**31 for xi, and 2**30 for
  zeta (noise on the rate).
- A block gives two 32-bit words. In float32, with `blocks = ceil(units / 2)`, the first
  word serves unit `block` and the second word unit `block + blocks`. In float64 both
  words serve one unit.

Hence no draw depends on the number of steps, trials or devices, and a rollout that
continues from a state does not repeat its noise.
"""

import functools
from typing import Literal

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Float, Int, UInt32
import numpy as np

from ._checks import check, describe, invalid
from ._quick_compilation import quickly_compiled
from ._types import KeyArray


Stream = Literal["eps", "xi", "zeta"]
"""The noise terms of the equation, each with independent draws."""

_OFFSET: dict[Stream, int] = {"eps": 0, "xi": 2**31, "zeta": 2**30}
"""The first block of each stream; distinct for fewer than 2**30 blocks."""


def typed_key(key: object) -> KeyArray:
    """Return a typed key array; wrap raw `uint32` keys of `jax.random.PRNGKey`."""
    if isinstance(key, jax.Array) and jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        return key
    if isinstance(key, (jax.Array, np.ndarray)) and key.dtype == np.uint32:
        return jax.random.wrap_key_data(jnp.asarray(key))
    raise invalid("key", "be a JAX random key", describe(key), "Use jax.random.key(0).")


def one_key(key: object) -> KeyArray:
    """Return a typed key; several keys are an error."""
    typed = typed_key(key)
    got = f"keys of shape {typed.shape}"
    check(typed.shape == (), "key", "be one key", got, "Take one of them, as keys[0].")
    return typed


@quickly_compiled
def split_keys(key: KeyArray, count: int) -> tuple[KeyArray, ...]:
    """Return the keys of `jax.random.split` as a tuple, by one program."""
    return tuple(jax.random.split(key, count))


def trial_keys(key: KeyArray, batch_shape: tuple[int, ...]) -> KeyArray:
    """Return one key per trial: `fold_in(key, i)`, or the keys if there is one each."""
    key = typed_key(key)
    if key.shape == batch_shape:
        return key
    index = jnp.arange(int(np.prod(batch_shape)), dtype=jnp.uint32)
    return jax.vmap(lambda i: jax.random.fold_in(key, i))(index).reshape(batch_shape)


def _key_words(key: KeyArray) -> UInt32[Array, "*batch 2"]:
    """Return the two words of a threefry key for each key, of any generator."""
    data = jax.random.key_data(key)
    if data.shape[-1] == 2:
        return data
    # keys of rbg and unsafe_rbg have four words: hash two of them under the other two
    hashed = _threefry((data[..., 0], data[..., 1]), (data[..., 2], data[..., 3]))
    return jnp.stack(hashed, axis=-1)


@functools.partial(jax.jit, static_argnames=("units", "stream", "dtype"))
def standard_normal(
    key: KeyArray,
    steps: Int[Array, " time"],
    units: int,
    stream: Stream,
    dtype: jnp.dtype,
) -> Float[Array, "time *batch units"]:
    """Draw from N(0, 1) for the given steps, trials and units.

    **Arguments:**

    - `key`: one key per trial, shape `(*batch,)`; see `trial_keys`.
    - `steps`: the step counters t.
    - `units`: number of units.
    - `stream`: the noise term of the equation that the draws are for.
    - `dtype`: of the result; 16-bit floats are drawn in float32 and cast.
    """
    is_double = jnp.dtype(dtype) == jnp.float64
    blocks = units if is_double else (units + 1) // 2
    word_1, word_2 = _random_words(key, steps, blocks, stream)
    if is_double:
        return _normal_64(_join(word_1, word_2))
    # Concatenate the normals, not the words: XLA does not vectorise the arithmetic that
    # follows a concatenation.
    halves = [_normal_32(word_1), _normal_32(word_2[..., : units - blocks])]
    return jnp.concatenate(halves, axis=-1).astype(dtype)


def fusable_normal(
    key: KeyArray, steps: Int[Array, " time"], units: int, dtype: jnp.dtype
) -> Float[Array, "time *batch units"]:
    """Draw from N(0, 1) in a form that XLA fuses with the code that uses the draws.

    Each value has a block; in float32 only its first word is used. By themselves the
    draws are slower than those of `standard_normal`, whose concatenation prevents a
    fusion. They are faster as one term of a sum.
    """
    word_1, word_2 = _random_words(key, steps, units, "eps")
    if jnp.dtype(dtype) == jnp.float64:
        return _normal_64(_join(word_1, word_2))
    return _normal_32(word_1).astype(dtype)


def _random_words(
    key: KeyArray, steps: Array, blocks: int, stream: Stream
) -> tuple[Array, Array]:
    """Return both words of each block, each `(time, *batch, blocks)`."""
    key_words = _key_words(key)
    shape = (steps.shape[0], *key_words.shape[:-1], blocks)
    block = jnp.arange(blocks, dtype=jnp.uint32) + jnp.uint32(_OFFSET[stream])
    # Without the barrier XLA moves the rounds that do not depend on t out of a loop
    # over chunks of steps, into arrays that take longer to read than to recompute.
    key_words, steps, block = jax.lax.optimization_barrier((key_words, steps, block))

    def broadcast(x: Array, axes: tuple[int, ...]) -> Array:
        return jax.lax.broadcast_in_dim(x, shape, axes)

    batch_axes = tuple(range(1, key_words.ndim))
    return _threefry(
        (
            broadcast(key_words[..., 0], batch_axes),
            broadcast(key_words[..., 1], batch_axes),
        ),
        (
            broadcast(steps.astype(jnp.uint32), (0,)),
            broadcast(block, (key_words.ndim,)),
        ),
    )


def _threefry(
    key: tuple[Array, Array], counter: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Apply threefry-2x32 with 20 rounds (Salmon et al. 2011).

    The bits are those of `jax.extend.random.threefry_2x32`. On a CPU that function
    loops over the rounds and passes its arrays through memory each time. Here the
    rounds are unrolled, so that XLA makes one kernel of them.
    """
    x, y = counter
    # key schedule: the third word is the parity constant of the cipher
    schedule = (*key, key[0] ^ key[1] ^ np.uint32(0x1BD11BDA))
    x, y = x + schedule[0], y + schedule[1]
    for group in range(5):
        # four mixing rounds: add, rotate, exclusive or
        for rotation in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x = x + y
            y = x ^ ((y << np.uint32(rotation)) | (y >> np.uint32(32 - rotation)))
        # then a word of the key schedule is injected into each half
        x = x + schedule[(group + 1) % 3]
        y = y + schedule[(group + 2) % 3] + np.uint32(group + 1)
    return x, y


def _join(high: Array, low: Array) -> Array:
    """Join two 32-bit words into one of 64 bits."""
    return (high.astype(jnp.uint64) << np.uint64(32)) | low.astype(jnp.uint64)


def _uniform(bits: Array, dtype: type) -> Array:
    """Return uniform numbers in (0, 1) from random words; 0 and 1 never occur.

    The numbers are the midpoints of intervals of width 2**-nmant.
    """
    info = jnp.finfo(dtype)
    shift = np.array(info.bits - info.nmant, bits.dtype)
    # random mantissa bits below the exponent of 1.0 give a float in [1, 2)
    one = np.array(1.0, dtype).view(bits.dtype)
    in_1_2 = jax.lax.bitcast_convert_type((bits >> shift) | one, dtype)
    return (in_1_2 - np.array(1.0, dtype)) + np.array(info.eps / 2, dtype)


def _normal_64(bits: Array) -> Array:
    """Return normals from 64-bit words by the inverse distribution function."""
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
    """Return normals from 32-bit words, to a relative error of 5e-7.

    The method is that of `erf_inv`, with w = -log(1 - x^2) computed as
    -log(4 u (1 - u)) from the uniform number u = (1 + x) / 2. This form loses no
    precision near x = -1 and x = 1, and it needs no `log1p`.
    """
    f32 = np.float32
    u = _uniform(bits, f32)
    w = -jnp.log(f32(4) * u * (f32(1) - u))
    # evaluate the polynomial of the centre or of the tails by Horner's rule
    central = w < f32(5)
    t = jnp.where(central, w - f32(2.5), jnp.sqrt(w) - f32(3))
    value = jnp.where(central, f32(_CENTRE[0]), f32(_TAILS[0]))
    for centre, tail in zip(_CENTRE[1:], _TAILS[1:], strict=True):
        value = jnp.where(central, f32(centre), f32(tail)) + value * t
    return value * (f32(2) * u - f32(1)) * f32(np.sqrt(2.0))


_ROUNDS = 8
"""Rounds of the permutation below; four make it pseudo-random (Luby & Rackoff 1988)."""


def shuffled(key: KeyArray, epoch: Array, place: Array, count: int) -> Array:
    """Return the entry at a place of the shuffled `0, ..., count - 1` of an epoch.

    Each epoch has another order, in which each entry occurs once. No order is stored:
    a Feistel network permutes the smallest power of 4 that holds `count` entries, and
    is repeated until the result is below `count` (Black & Rogaway 2002).

    **Arguments:** `epoch` and `place` (below `count`), `uint32` of one shape.
    """
    half = np.uint32(max(1, ((count - 1).bit_length() + 1) // 2))  # bits
    low = np.uint32(2 ** int(half) - 1)
    words = _key_words(key)

    def one_round(index: Array, halves: tuple[Array, Array]) -> tuple[Array, Array]:
        left, right = halves
        counter = right + (index.astype(np.uint32) << np.uint32(16))
        word, _ = _threefry((words[0], words[1]), (epoch, counter))
        return right, left ^ (word & low)

    def permuted(entry: Array) -> Array:
        halves = entry >> half, entry & low
        left, right = jax.lax.fori_loop(0, _ROUNDS, one_round, halves)
        return (left << half) | right

    def is_outside(entry: Array) -> Array:
        return entry >= np.uint32(count)

    return jax.lax.while_loop(
        lambda entry: jnp.any(is_outside(entry)),
        lambda entry: jnp.where(is_outside(entry), permuted(entry), entry),
        permuted(place),
    )
