"""Matrix products of lower precision, by `weight_dtype` and by JAX's configuration."""

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
U = jnp.asarray(np.random.default_rng(1).normal(size=(3, 12, 2)))


def make():
    return cj.EIRNN(
        2, 6, 2, dt=20.0, tau=100.0, activation="tanh", train_v0=True,
        v0=cj.initialisers.Uniform(), key=KEY,
    )  # fmt: skip


def products_on_a_gpu(fn, net):
    """Return the lines with matrix products of a function that is lowered for CUDA."""
    text = fn.trace(net).lower(lowering_platforms=("cuda",)).as_text()
    return [line for line in text.splitlines() if "dot_general" in line]


def test_matmul_precision_is_respected_in_both_passes():
    """The caches of compiled functions do not keep an earlier precision, either."""
    net, u = cj.astype(make(), jnp.float32), U.astype(jnp.float32)
    params, static = eqx.partition(net, cj.trainable(net))
    in_chunks = cj.HoistedAdjoint(chunk_bytes=4 * 3 * 6 * 4)

    def mean(params, adjoint=in_chunks):
        traj = cj.rollout(eqx.combine(params, static), u, adjoint=adjoint)
        return jnp.mean(traj.outputs**2)

    forward, gradient = jax.jit(mean), jax.jit(jax.grad(mean))
    for precision, name in (
        ("default", "DEFAULT"),
        ("tensorfloat32", "HIGH"),
        ("highest", "HIGHEST"),
        ("default", "DEFAULT"),
    ):
        with jax.default_matmul_precision(precision):
            of_value = products_on_a_gpu(forward, params)
            of_gradient = products_on_a_gpu(gradient, params)
        # a step and the readout, and then their transposes and the weight gradients
        assert 2 <= len(of_value) < len(of_gradient)
        products = [*of_value, *of_gradient]
        assert all(f"[{name}, {name}]" in line for line in products)


def test_weights_of_lower_precision_keep_the_state_and_gradients():
    net = cj.astype(make(), jnp.float32)
    u = U.astype(jnp.float32)

    def low(n):
        return cj.rollout(n, u, weight_dtype=jnp.bfloat16)

    full = cj.rollout(net, u)
    traj = low(net)
    assert traj.potentials.dtype == traj.outputs.dtype == jnp.float32
    error = np.abs(traj.potentials - full.potentials).max()
    assert 0 < error < 2e-2 * np.abs(full.potentials).max()

    def mean(run):
        return lambda n: jnp.mean(run(n).outputs ** 2)

    a = eqx.filter_jit(eqx.filter_grad(mean(low)))(net).raw.w_hid
    plain = eqx.filter_grad(mean(lambda n: cj.rollout(n, u)))
    b = eqx.filter_jit(plain)(net).raw.w_hid
    assert a.dtype == jnp.float32
    a_, b_ = np.ravel(a), np.ravel(b)
    cosine = a_ @ b_ / np.sqrt((a_ @ a_) * (b_ @ b_))
    assert cosine > 0.999
    same = cj.rollout(net, u, weight_dtype=jnp.float32)
    assert identical(same.potentials, full.potentials)


@pytest.mark.parametrize("dtype", [jnp.int32, jnp.float64, "bfloat"])
def test_invalid_weight_dtypes_raise(dtype):
    net = cj.astype(make(), jnp.float32)
    with pytest.raises(ValueError, match="`weight_dtype` must be a float"):
        cj.rollout(net, U.astype(jnp.float32), weight_dtype=dtype)
