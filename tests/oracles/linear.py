"""Closed forms of the linear network v <- v + g (-v + W v + drive), in plain NumPy."""

import numpy as np


def propagator(w_hid, gain):
    """Return A = I + diag(g) (W - I), the map of one step of a linear network."""
    identity = np.eye(len(w_hid))
    return identity + np.broadcast_to(gain, len(w_hid))[:, None] * (w_hid - identity)


def powers(matrix, count):
    """Return the powers 0 .. count of a matrix, `(count + 1, n, n)`."""
    stacked = [np.eye(len(matrix))]
    for _ in range(count):
        stacked.append(matrix @ stacked[-1])
    return np.stack(stacked)


def driven(w_hid, gain, v0, drive):
    """Return the states after each drive: A^t v0 + sum_k A^(t-1-k) g drive_k."""
    total = len(drive)
    a = powers(propagator(w_hid, gain), total)
    increments = gain * drive
    return np.stack(
        [
            a[t] @ v0 + sum(a[t - 1 - k] @ increments[k] for k in range(t))
            for t in range(1, total + 1)
        ]
    )
