"""The perceptual decision task as a plain loop over steps, from reference numbers."""

import numpy as np


def render(coherence, choice, is_catch, noise, *, dt=20.0, baseline=0.2):
    """Return inputs, targets and mask of a trial; `noise` is scaled, (time, 2)."""
    fixation, stimulus, decision, catch = 100.0, 800.0, 300.0, 2000.0
    steps = round(catch / dt)
    inputs, targets, mask = (np.zeros((steps, 2)) for _ in range(3))
    for t in range(steps):
        begins = t * dt
        for channel in range(2):
            evidence = 0.0
            if not is_catch and fixation <= begins < fixation + stimulus:
                sign = 1.0 if channel == choice else -1.0
                evidence = (1.0 + sign * coherence / 100.0) / 2.0
            inputs[t, channel] = max(0.0, baseline + evidence + noise[t, channel])
            over = fixation + stimulus + decision
            in_decision = fixation + stimulus <= begins < over
            if is_catch or begins < fixation or in_decision:
                mask[t, channel] = 1.0
                up = in_decision and channel == choice and not is_catch
                targets[t, channel] = 1.0 if up else 0.2
    return inputs, targets, mask
