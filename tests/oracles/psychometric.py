"""Psychometric and chronometric functions in NumPy, fitted by SciPy."""

import numpy as np
from scipy import optimize, special, stats


def curve(x, a, b, guess, lapse, link):
    """Return P(x) = guess + (1 - guess - lapse) F(a + b x)."""
    f = {"gaussian": special.ndtr, "logistic": special.expit}[link]
    return guess + (1 - guess - lapse) * f(a + b * x)


def log_likelihood(hits, trials, p):
    """Return the log likelihood of choices, without binomial coefficients."""
    return np.sum(special.xlogy(hits, p) + special.xlogy(trials - hits, 1 - p))


def all_parameters(free, ends):
    """Return `(a, b, guess, lapse)` from the free parameters."""
    if ends == "none":
        return free[0], free[1], 0.0, 0.0
    if ends == "tied":
        return free[0], free[1], free[2], free[2]
    return tuple(free)


def fit(x, hits, trials, link, *, ends, start):
    """Return parameters `(a, b, guess, lapse)` and the log likelihood.

    `ends` is "none", "tied" or "free"; `start` is `(a, b)`.
    """
    count = {"none": 2, "tied": 3, "free": 4}[ends]
    bounds = [(None, None)] * 2 + [(1e-6, 0.25)] * (count - 2)

    def loss(free):
        p = curve(x, *all_parameters(free, ends), link)
        return -log_likelihood(hits, trials, np.clip(p, 1e-300, 1 - 1e-15))

    initial = np.asarray([*start, 0.02, 0.02][:count])
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000}
    result = optimize.minimize(
        loss, initial, method="Nelder-Mead", bounds=bounds, options=options
    )
    return all_parameters(result.x, ends), -result.fun


def deviance(hits, trials, p):
    """Return twice the difference to the log likelihood of the observed proportions."""
    saturated = log_likelihood(hits, trials, hits / trials)
    return 2 * (saturated - log_likelihood(hits, trials, p))


def p_value(value, degrees):
    """Return the probability of a deviance at least as large, by chi-squared."""
    return stats.chi2.sf(value, degrees)


def chronometric(x, residual, decision, rate):
    """Return the mean time of a diffusion with drift proportional to x, x > 0."""
    return residual + decision * np.tanh(rate * x) / (rate * x)


def fit_times(x, times, trials):
    """Return `(residual, decision, rate)` by least squares over trials."""
    parameters, _ = optimize.curve_fit(
        chronometric, x, times, p0=(times.min(), np.ptp(times), 3 / x.max()),
        sigma=1 / np.sqrt(trials), maxfev=20000, xtol=1e-13, ftol=1e-13,
    )  # fmt: skip
    return parameters
