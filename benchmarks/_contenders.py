"""Forward passes and gradients of one size, ours and by hand, as functions of data."""

from functools import partial
from typing import Any

from _problem import vanilla
from gradients import by_hand, HOISTED, LOSSES, ours, potentials_carried
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


LOSS = LOSSES["outputs + L2 of rates"]


def data_of(units: int, batch: int, steps: int) -> dict[str, Any]:
    """Return a network, its weights and inputs."""
    net = vanilla(units)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    return {"net": net, "weights": cj.effective(net), "u": u}


def forward(data: dict) -> Any:
    traj = cj.rollout(data["net"], data["u"])
    return traj.potentials, traj.rates, traj.outputs


def forward_by_hand(data: dict) -> Any:
    w = data["weights"]
    v, r = potentials_carried(w, jnp.swapaxes(data["u"], 0, 1))
    y = r @ w.w_out.T + w.b_out
    return tuple(jnp.swapaxes(x, 0, 1) for x in (v, r, y))


def gradient_by_hand(data: dict, unroll: int = 1) -> Any:
    scan = partial(potentials_carried, unroll=unroll)
    return by_hand(data, scan=scan, loss=LOSS, time_major=False)


def gradient(data: dict, adjoint: cj.simulation.AbstractAdjoint = HOISTED) -> Any:
    return ours(data, loss=LOSS, adjoint=adjoint)


def w_hid_of(gradient: Any) -> np.ndarray:
    """Return the gradient by W_hid, of a network or of weights."""
    return np.asarray(getattr(gradient, "raw", gradient).w_hid)


def relative_error(x: Any, reference: np.ndarray) -> float:
    difference = np.asarray(x, np.float64) - reference
    return float(np.linalg.norm(difference) / np.linalg.norm(reference))


def check_equal(results: dict[str, Any]) -> None:
    """Assert that gradients agree to the precision of TF32."""
    (value, first), *others = results.values()
    for name, (other, result) in zip(list(results)[1:], others, strict=True):
        assert abs(other - value) <= 1e-2 * abs(value), f"{name}: another value"
        error = relative_error(w_hid_of(result), w_hid_of(first))
        assert error < 3e-2, f"{name}: another gradient, by {error:.2g}"


def per_step(ms: dict[str, float], steps: int) -> dict[str, float]:
    return {f"{name} us": 1e3 * time / steps for name, time in ms.items()}
