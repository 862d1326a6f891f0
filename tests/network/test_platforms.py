"""Constraints and their gradients lower for GPU and TPU; nothing is run."""

import equinox as eqx
import jax
from jax import export
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
DALE = cj.constraints.chain(
    cj.constraints.Dale(np.array([1] * 6 + [-1] * 2)), cj.constraints.NoAutapses()
)
CONSTRAINTS = {
    "bounded": cj.constraints.chain(DALE, cj.constraints.Bounded(-1.0, 1.0)),
    "sign mask": cj.constraints.SignMask(np.ones((8, 8))),
    "fixed": cj.constraints.Fixed(np.eye(8)),
    "balanced": cj.constraints.chain(DALE, cj.constraints.RowBalanced()),
    "symmetric": cj.constraints.Symmetric(),
    "low rank": cj.constraints.LowRank(2),
    "radius": cj.constraints.chain(DALE, cj.constraints.SpectralRadiusBelow(0.9)),
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_gradients_of_constraints_lower_everywhere(name):
    constraint = CONSTRAINTS[name]
    weights = jax.ShapeDtypeStruct((8, 8), jnp.float32)
    raw = jax.eval_shape(lambda weights: constraint.raw(weights), weights)

    def gradient(raw):
        return jax.grad(lambda raw: constraint.effective(raw).sum())(raw)

    lowered = export.export(jax.jit(gradient), platforms=("cuda", "tpu"))(raw)
    assert lowered.platforms == ("cuda", "tpu")


@pytest.mark.parametrize(
    ("name", "form", "platform"),
    [
        ("radius", cj.dynamics.CurrentForm(), "cuda"),
        ("fixed", cj.dynamics.RateForm(), "tpu"),
        pytest.param("low rank", cj.dynamics.CurrentForm(), "tpu",
                     marks=pytest.mark.slow),
        pytest.param("bounded", cj.dynamics.RateForm(), "cuda",
                     marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_gradients_of_constrained_networks_lower_everywhere(name, form, platform):
    # fixed weights have the values of their constraint
    w_hid = np.eye(8) if name == "fixed" else np.zeros((8, 8))
    net = cj.CTRNN(
        2, 8, 1, dt=10.0, tau=100.0, dtype=jnp.float32, key=KEY, train_tau=True,
        w_hid=w_hid, constraints={"w_hid": CONSTRAINTS[name]}, form=form,
        synapses=cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45),
    )  # fmt: skip

    def gradient(net, start):
        perturbed = cj.perturb(net, cj.perturbations.Clamp(0, window=(start, 100.0)))
        u = jnp.ones((4, 9, 2), jnp.float32)
        grads = eqx.filter_grad(lambda net: cj.rollout(net, u).outputs.sum())(net)
        return grads.raw, cj.rollout(perturbed, steps=3).outputs

    lowered = export.export(jax.jit(gradient), platforms=[platform])(
        net, jnp.float32(20.0)
    )
    assert lowered.platforms == (platform,)
