"""Forces, Jacobians and the merging of candidates, as plain loops."""

import numpy as np


ACTIVATIONS = {
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
}
"""f and f' by name."""


def force(v, w, drive, gain, activation, form):
    """Return tau dv/dt of each unit; the gain matters for the form "leak" only."""
    f, _ = ACTIVATIONS[activation]
    n = len(v)
    sent = [f(x) for x in v] if form == "current" else list(v)
    out = np.zeros(n)
    for i in range(n):
        current = drive[i] + sum(w[i, j] * sent[j] for j in range(n))
        if form == "current":
            out[i] = -v[i] + current
        elif form == "rate":
            out[i] = -v[i] + f(current)
        else:
            leaked = (1 - gain[i]) * v[i] + gain[i] * current
            out[i] = (f(leaked) - v[i]) / gain[i]
    return out


def force_jacobian(v, w, drive, gain, activation, form):
    """Return the derivatives of `force`, entry by entry."""
    f, slope = ACTIVATIONS[activation]
    n = len(v)
    out = np.zeros((n, n))
    for i in range(n):
        current = drive[i] + sum(
            w[i, j] * (f(v[j]) if form == "current" else v[j]) for j in range(n)
        )
        for j in range(n):
            if form == "current":
                out[i, j] = w[i, j] * slope(v[j]) - (i == j)
            elif form == "rate":
                out[i, j] = slope(current) * w[i, j] - (i == j)
            else:
                leaked = (1 - gain[i]) * v[i] + gain[i] * current
                inside = (1 - gain[i]) * (i == j) + gain[i] * w[i, j]
                out[i, j] = (slope(leaked) * inside - (i == j)) / gain[i]
    return out


def distinct(v, speed, min_distance):
    """Return the candidate that represents each point, and the point of each candidate.

    Points are in the order of rising speed; a NaN candidate has point -1.
    """
    representatives, point_of = [], [-1] * len(v)
    for i in sorted(range(len(v)), key=lambda i: (not np.isfinite(speed[i]), speed[i])):
        if not np.isfinite(speed[i]):
            continue
        for point, other in enumerate(representatives):
            if np.sqrt(np.mean((v[i] - v[other]) ** 2)) <= min_distance:
                point_of[i] = point
                break
        else:
            point_of[i] = len(representatives)
            representatives.append(i)
    return representatives, point_of
