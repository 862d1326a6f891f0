"""R^2 and the likelihood of choices, as plain NumPy loops."""

import math

import numpy as np


def r2_loop(outputs, rates, weight, units):
    """Return R^2 over trials, steps and `units`, with the mean of each unit."""
    error = spread = 0.0
    for unit in units:
        pairs = [
            (weight[i, t, unit], outputs[i, t, unit], rates[i, t, unit])
            for i in range(len(rates))
            for t in range(rates.shape[1])
            if weight[i, t, unit] > 0
        ]
        mean = sum(w * x for w, _, x in pairs) / sum(w for w, _, _ in pairs)
        error += sum(w * (y - x) ** 2 for w, y, x in pairs)
        spread += sum(w * (x - mean) ** 2 for w, _, x in pairs)
    return 1 - error / spread


def choice_probability(outputs, choice, window, lapse):
    """Return the probability of a choice in one trial.

    `outputs` are (time, choices), and `window` is in steps.
    """
    logits = np.mean(outputs[window[0] : window[1]], axis=0)
    scores = [math.exp(x) for x in logits]
    share = scores[choice] / sum(scores)
    return (1 - lapse) * share + lapse / len(logits)
