"""Teacher forcing as a plain NumPy loop over trials and steps; tanh rates.

In step t, forced units send (1 - a) r[t-1] + a target[t-1]. Before the first sample and
after the last sample they send r. The recorded rates are r. The synapses of `plastic`
follow the sent rates.
"""

import numpy as np


def forced_loop(u, v0, w, gain, units, targets, alpha, start=0, plastic=None):
    """Return potentials, rates and outputs for the inputs u (trials, time, channels).

    `targets` and `alpha` are (trials, samples, len(units)); `start` is the step counter
    of the state; `plastic` is None or (dt, tau_u, tau_x, U).
    """
    trials, steps, _ = u.shape
    records = []
    for trial in range(trials):
        v = np.array(v0, float)
        dt, tau_u, tau_x, big_u = (1.0, 1.0, 1.0, 1.0) if plastic is None else plastic
        s, x = big_u * np.ones(len(v)), np.ones(len(v))
        for t in range(start, start + steps):
            sent = np.tanh(v)
            if 0 <= t - 1 < targets.shape[1]:
                for k, unit in enumerate(units):
                    a = alpha[trial, t - 1, k]
                    sent[unit] = (1 - a) * sent[unit] + a * targets[trial, t - 1, k]
            if plastic is not None:
                new_x = x + dt / tau_x * (1 - x) - dt / 1000 * s * x * sent
                new_s = (
                    s + dt / tau_u * (big_u - s) + dt / 1000 * big_u * (1 - s) * sent
                )
                x, s = np.clip(new_x, 0, 1), np.clip(new_s, 0, 1)
                sent = s * x * sent
            total = w["w_hid"] @ sent + w["w_in"] @ u[trial, t - start] + w["b_hid"]
            v = v + gain * (-v + total)
            r = np.tanh(v)
            records.append((v, r, w["w_out"] @ r + w["b_out"]))
    return tuple(
        np.array(part).reshape(trials, steps, -1) for part in zip(*records, strict=True)
    )
