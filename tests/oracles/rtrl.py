"""Real-time recurrent learning (Williams & Zipser 1989): forward sensitivities.

For v_t = v + g (-v + W tanh(v) + W_in u_t + b), the derivative S of v with respect to
every parameter is computed together with v: S_t = J S_{t-1} + D_t. D_t is the
derivative of the step by the parameters, and J = I + diag(g) (-I + W diag(f'(v))).
There is no reverse pass and no automatic differentiation.
"""

import numpy as np


def tanh_gradients(w_hid, w_in, b_hid, gain, v0, inputs, cotangents):
    """Return the gradients of sum_t cotangents[t] . v_t, by the parameters' names."""
    n, n_in = w_in.shape
    v, unit = v0.copy(), np.eye(n)
    sensitivity = {
        "w_hid": np.zeros((n, n, n)),
        "w_in": np.zeros((n, n, n_in)),
        "b_hid": np.zeros((n, n)),
        "gain": np.zeros((n, n)),
        "v0": np.eye(n),
    }
    gradients = {name: np.zeros(s.shape[1:]) for name, s in sensitivity.items()}
    for u, c in zip(inputs, cotangents, strict=True):
        rate = np.tanh(v)
        total = -v + w_hid @ rate + w_in @ u + b_hid
        jacobian = unit + gain[:, None] * (-unit + w_hid * (1 - rate**2)[None, :])
        direct = {
            "w_hid": np.einsum("i,ij,k->ijk", gain, unit, rate),
            "w_in": np.einsum("i,ij,k->ijk", gain, unit, u),
            "b_hid": np.diag(gain),
            "gain": np.diag(total),
            "v0": 0.0,
        }
        for name, s in sensitivity.items():
            sensitivity[name] = np.tensordot(jacobian, s, axes=1) + direct[name]
            gradients[name] += np.tensordot(c, sensitivity[name], axes=1)
        v = v + gain * total
    return gradients
