"""Forward passes and gradients of one size, ours and by hand, as functions of data."""

from typing import Any

import _by_hand
from _by_hand import KINDS, weights_of
from _problem import vanilla
from gradients import by_hand, LOSSES, ours, USUAL
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


LOSS = LOSSES[USUAL]
CARRIED = KINDS[0]
"""The scan by hand, which carries the potentials."""


def data_of(units: int, batch: int, steps: int) -> dict[str, Any]:
    """Return a network, its weights and inputs."""
    net = vanilla(units)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    return {"net": net, "weights": weights_of(cj.effective(net)), "u": u}


def forward(data: dict) -> Any:
    traj = cj.rollout(data["net"], data["u"])
    return traj.potentials, traj.rates, traj.outputs


def forward_by_hand(data: dict) -> Any:
    return _by_hand.forward(data["weights"], data["u"], kind=CARRIED)


def gradient_by_hand(data: dict, unroll: int = 1) -> Any:
    return by_hand(data, loss=LOSS, kind=CARRIED, unroll=unroll)


def gradient(data: dict, **options: Any) -> Any:
    return ours(data, loss=LOSS, **options)


def w_hid_of(gradient: Any) -> np.ndarray:
    """Return the gradient by W_hid, of a network or of weights."""
    is_by_hand = isinstance(gradient, dict)
    return np.asarray(gradient["w_hid"] if is_by_hand else gradient.raw.w_hid)


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
