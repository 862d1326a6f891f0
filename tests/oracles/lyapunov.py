"""Lyapunov exponents and gradients through time of tanh networks, as plain loops."""

import numpy as np


def qr_logs(matrices, directions, every):
    """Return ln |diag R| of each interval; the directions are the columns of Q."""
    q, logs = directions, []
    for start in range(0, len(matrices), every):
        for matrix in matrices[start : start + every]:
            q = matrix @ q
        q, r = np.linalg.qr(q)
        logs.append(np.log(np.abs(np.diag(r))))
    return np.array(logs)


def tanh_run(v, w_hid, gain, drive):
    """Return all states, with the start, and the Jacobian of each step at its state."""
    states, jacobians, n = [v], [], len(v)
    for current in drive:
        slope = 1 - np.tanh(v) ** 2
        jacobians.append(
            np.eye(n) + np.diag(gain) @ (w_hid @ np.diag(slope) - np.eye(n))
        )
        v = v + gain * (-v + w_hid @ np.tanh(v) + current)
        states.append(v)
    return np.array(states), np.array(jacobians)


def carried_back(jacobians, errors):
    """Return dL/dv_t for each t, from the Jacobians and the direct error at each t."""
    total, out = np.zeros_like(errors[-1]), []
    for t in range(len(errors) - 1, -1, -1):
        if t + 1 < len(errors):
            total = jacobians[t + 1].T @ total
        total = total + errors[t]
        out.append(total)
    return np.array(out[::-1])
