"""The equation as plain NumPy loops over trials, steps and units.

v_i += gain_i * (-v_i + sum_j W[i, j] f(v_j) + sum_k W_in[i, k] u_k + b_i + eps_i)
       + xi_i
"""

import numpy as np


ACTIVATIONS = {
    "relu": lambda v: max(v, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda v: 1.0 / (1.0 + np.exp(-v)),
    "retanh": lambda v: np.tanh(max(v, 0.0)),
    "softplus": lambda v: np.log(1.0 + np.exp(v)),
    "linear": lambda v: v,
    "power_law": lambda v: max(v, 0.0) ** 2,
}


def rollout_loop(u, v0, weights, gain, f, eps=None, xi=None):
    """Return potentials, rates and outputs for the inputs u (trials, time, channels).

    `weights` has w_in, w_hid, w_out, b_hid, b_out (biases may be None); `gain` is one
    number or one per unit; eps and xi are (trials, time, units) or None.
    """
    trials, steps, channels = u.shape
    units, n_out = len(v0), len(weights["w_out"])
    gains = np.broadcast_to(gain, (units,))
    v_all, r_all = (np.zeros((trials, steps, units)) for _ in range(2))
    y_all = np.zeros((trials, steps, n_out))
    for trial in range(trials):
        v = np.array(v0, float)
        for t in range(steps):
            r = [f(x) for x in v]
            new = np.zeros(units)
            for i in range(units):
                total = -v[i]
                for j in range(units):
                    total += weights["w_hid"][i, j] * r[j]
                for k in range(channels):
                    total += weights["w_in"][i, k] * u[trial, t, k]
                if weights["b_hid"] is not None:
                    total += weights["b_hid"][i]
                if eps is not None:
                    total += eps[trial, t, i]
                new[i] = v[i] + gains[i] * total
                if xi is not None:
                    new[i] += xi[trial, t, i]
            v = new
            v_all[trial, t] = v
            r_all[trial, t] = [f(x) for x in v]
            for o in range(n_out):
                y = sum(
                    weights["w_out"][o, i] * r_all[trial, t, i] for i in range(units)
                )
                bias = 0.0 if weights["b_out"] is None else weights["b_out"][o]
                y_all[trial, t, o] = y + bias
    return v_all, r_all, y_all
