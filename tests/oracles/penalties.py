"""Output losses and penalties as plain NumPy loops.

Rates and potentials are (trials, time, units), `ends` the number of steps of each trial
before padding, `present` the mask of the synapses that exist.
"""

import numpy as np


def mse_per_trial(outputs, targets, mask):
    means = []
    for y, target, m in zip(outputs, targets, mask, strict=True):
        if m.sum() > 0:
            means.append((m * (y - target) ** 2).sum() / m.sum())
    return sum(means) / len(means)


def cross_entropy(logits, targets, mask):
    """Return the masked mean cross-entropy.

    `targets` are probabilities; `mask` is (trials, time).
    """
    total = 0.0
    for b, t in np.ndindex(mask.shape):
        p = np.exp(logits[b, t]) / np.exp(logits[b, t]).sum()
        total += mask[b, t] * sum(
            -q * np.log(x) for q, x in zip(targets[b, t], p, strict=True)
        )
    return total / mask.sum()


def binary_cross_entropy(logits, targets, mask):
    total = 0.0
    for index in np.ndindex(mask.shape):
        p = 1 / (1 + np.exp(-logits[index]))
        q = targets[index]
        total -= mask[index] * (q * np.log(p) + (1 - q) * np.log(1 - p))
    return total / mask.sum()


def over_synapses(weights, present, value):
    """Return the mean of `value(w, index)` over existing synapses."""
    values = [
        value(weights[index], index)
        for index in np.ndindex(weights.shape)
        if present[index]
    ]
    return sum(values) / len(values)


def steps(ends, first=0):
    return [(b, t) for b, end in enumerate(ends) for t in range(first, int(end))]


def over_steps(ends, value, first=0):
    """Return the mean of `value(trial, step)` over steps before the end of a trial."""
    where = steps(ends, first)
    return sum(value(b, t) for b, t in where) / len(where)


def mean_rates(rates, ends):
    where = steps(ends)
    return np.sum([rates[b, t] for b, t in where], axis=0) / len(where)


def dispersion(rates, ends, kind):
    m = mean_rates(rates, ends)
    deviations = [x - sum(m) / len(m) for x in m]
    sd = (sum(x * x for x in deviations) / len(m)) ** 0.5
    return {
        "sd": sd,
        "cv": sd / abs(sum(m) / len(m)),
        "mean_absolute": sum(abs(x) for x in deviations) / len(m),
        "max_absolute": max(abs(x) for x in deviations),
    }[kind]


def hebbian(rates, ends, w):
    def pairs(b, t):
        r = rates[b, t]
        n = range(len(r))
        return abs(sum(w[i, j] * r[i] * r[j] for i in n for j in n))

    return over_steps(ends, pairs)


def entropy(rates, ends):
    def of_step(b, t):
        active = [x for x in rates[b, t] if x > 0]
        shares = [x / sum(active) for x in active]
        return -sum(p * np.log(p) for p in shares)

    return over_steps(ends, of_step)


def population_kl(rates, ends, first, second, floor, symmetric):
    m = mean_rates(rates, ends)

    def fit(units):
        mean = sum(m[i] for i in units) / len(units)
        return mean, sum((m[i] - mean) ** 2 for i in units) / len(units) + floor

    def divergence(p, q):
        """Return the integral of p log(p / q), by quadrature."""
        x = np.linspace(p[0] - 12 * p[1] ** 0.5, p[0] + 12 * p[1] ** 0.5, 20_001)

        def log_density(g):
            return -0.5 * np.log(2 * np.pi * g[1]) - (x - g[0]) ** 2 / (2 * g[1])

        log_p, log_q = log_density(p), log_density(q)
        return np.trapezoid(np.exp(log_p) * (log_p - log_q), x)

    p, q = fit(first), fit(second)
    forward, backward = divergence(p, q), divergence(q, p)
    return (forward + backward) / 2 if symmetric else forward


def jacobian(w, gain, slopes):
    """Return the Jacobian of a step by the state: (1 - g) I + g W diag(f')."""
    n = len(slopes)
    j = np.zeros((n, n))
    for i in range(n):
        for k in range(n):
            j[i, k] = gain[i] * w[i, k] * slopes[k] + (i == k) * (1 - gain[i])
    return j


def isometry(before, ends, w, gain, slope, at):
    """Return the mean of |J^T J - I|^2 / N over trials and steps.

    `before` are the states before each step, `at` the steps to evaluate.
    """
    values = []
    for b, end in enumerate(ends):
        for t in at:
            if t < end:
                j = jacobian(w, gain, slope(before[b, t]))
                values.append(((j.T @ j - np.eye(len(j))) ** 2).sum() / len(j))
    return sum(values) / len(values)


def sensitivities(v, direct, w, gain, slope):
    """Return d_t from the direct derivative by each state, (trials, time, units)."""
    d = np.array(direct)
    for b in range(len(v)):
        for t in reversed(range(v.shape[1] - 1)):
            d[b, t] += jacobian(w, gain, slope(v[b, t])).T @ d[b, t + 1]
    return d


def omega(v, d, w, gain, slope, bound):
    """Return Song's Omega as published: sums over steps of means over trials."""
    top, bottom = 0.0, 0.0
    trials, length, _ = v.shape
    for t in range(length - 1):
        squares, counted = [], []
        for b in range(trials):
            d_next = d[b, t + 1]
            ratio, squared_norm = 1.0, (d_next**2).sum()
            if squared_norm >= bound:
                pulled = jacobian(w, gain, slope(v[b, t])).T @ d_next
                ratio = (pulled**2).sum() / squared_norm
            squares.append((ratio - 1) ** 2)
            counted.append(float(squared_norm >= bound))
        top += sum(squares) / trials
        bottom += sum(counted) / trials
    return top / bottom
