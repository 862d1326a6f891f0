"""The three tasks of PsychRNN as plain loops over t = k dt, without noise.

Each function returns inputs, targets and mask of one trial, `(time, channels)`. Times
are in ms.
"""

import numpy as np


def perceptual_discrimination(
    onset, shown, coherence, choice, *, dt=10.0, total=2000.0
):
    steps = int(np.ceil(total / dt))
    inputs, targets, mask = (np.zeros((steps, 2)) for _ in range(3))
    for k in range(steps):
        t = k * dt
        if onset <= t < onset + shown:
            inputs[k, choice] = 1 + coherence
            inputs[k, 1 - choice] = 1.0
        if t >= onset + shown:
            mask[k] = 1.0
        if t >= onset + shown + 20.0:
            targets[k, choice], targets[k, 1 - choice] = 1.0, 0.2
    return inputs, targets, mask


def match_to_category(angle, *, n_in=16, n_out=2, dt=10.0):
    steps = round(2000.0 / dt)
    inputs, targets, mask = (np.zeros((steps, n)) for n in (n_in, n_out, n_out))
    category = int(np.floor(angle / (2 * np.pi / n_out)))
    for k in range(steps):
        t = k * dt
        if 200.0 <= t < 1200.0:
            for i in range(n_in):
                difference = 2 * np.pi * i / (n_in - 1) - angle
                if difference > np.pi:
                    difference -= 2 * np.pi
                elif difference < -np.pi:
                    difference += 2 * np.pi
                inputs[k, i] = np.exp(-(difference**2) / 2) / np.sqrt(2 * np.pi)
        if 1200.0 <= t < 2000.0:
            targets[k, category] = 1.0
            mask[k] = 1.0
    return inputs, targets, mask


def delayed_discrimination(f1, f2, lengths, *, dt=10.0, total=2000.0):
    """Return a trial of delayed discrimination.

    `lengths` in ms: onset, stimulus 1, delay, stimulus 2 and decision.
    """
    steps = int(np.ceil(total / dt))
    inputs, targets, mask = (np.zeros((steps, 2)) for _ in range(3))
    ends = np.cumsum(lengths)
    choice = 0 if f1 > f2 else 1
    for k in range(steps):
        t = k * dt
        for f, begin, end in ((f1, ends[0], ends[1]), (f2, ends[2], ends[3])):
            if begin <= t < end:
                inputs[k] = 0.4 + 0.8 * (f - 10) / 24, 0.4 + 0.8 * (34 - f) / 24
        if ends[3] <= t < ends[4]:
            targets[k, choice], targets[k, 1 - choice] = 1.0, 0.2
            mask[k] = 1.0
    return inputs, targets, mask


def answers(outputs, mask):
    """Return the channel with the largest mean of the masked output, per trial."""
    return [
        int(np.argmax((y * m).sum(0) / len(y)))
        for y, m in zip(outputs, mask, strict=True)
    ]
