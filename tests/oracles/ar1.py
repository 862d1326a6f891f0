"""The autocovariance of a stationary AR(1) process, and its standard error."""

import numpy as np


def autocovariance(variance, a, lag):
    """Return Var a^lag."""
    return variance * a**lag


def standard_error(variance, a, lag, n):
    """Return the standard error of the autocovariance of n Gaussian values.

    The mean is known.

    Bartlett's formula, summed for AR(1). At lag 0 it is Var sqrt(2 / n_eff) with
    n_eff = n (1 - a^2) / (1 + a^2).
    """
    inflation = (1 + a**2) / (1 - a**2)
    total = inflation + a ** (2 * lag) * (2 * lag + inflation)
    return variance * np.sqrt(total / n)
