"""The perceptual decision task as a plain loop over steps, with published numbers."""

import numpy as np


def render(coherence, choice, is_catch, noise, *, dt=20.0, baseline=0.2):
    """Return inputs, targets and mask of a trial; `noise` is scaled, (time, 2)."""
    fixation, stimulus, decision, catch = 100.0, 800.0, 300.0, 2000.0
    steps = round(catch / dt)
    inputs, targets, mask = (np.zeros((steps, 2)) for _ in range(3))
    for t in range(steps):
        time = t * dt
        for channel in range(2):
            evidence = 0.0
            if not is_catch and fixation <= time < fixation + stimulus:
                sign = 1.0 if channel == choice else -1.0
                evidence = (1.0 + sign * coherence / 100.0) / 2.0
            inputs[t, channel] = max(0.0, baseline + evidence + noise[t, channel])
            end = fixation + stimulus + decision
            in_decision = fixation + stimulus <= time < end
            if is_catch or time < fixation or in_decision:
                mask[t, channel] = 1.0
                is_high = in_decision and channel == choice and not is_catch
                targets[t, channel] = 1.0 if is_high else 0.2
    return inputs, targets, mask
