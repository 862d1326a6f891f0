"""The 20 rules of Yang et al. (2019) as plain loops over steps, at any dt."""

import numpy as np


RULES = [
    "fdgo", "reactgo", "delaygo", "fdanti", "reactanti", "delayanti", "dm1", "dm2",
    "contextdm1", "contextdm2", "multidm", "delaydm1", "delaydm2", "contextdelaydm1",
    "contextdelaydm2", "multidelaydm", "dmsgo", "dmsnogo", "dmcgo", "dmcnogo",
]  # fmt: skip
PREFERRED = np.arange(32) * 2 * np.pi / 32


def bump(location):
    out = np.zeros(32)
    for i in range(32):
        d = abs(location - PREFERRED[i]) % (2 * np.pi)
        d = min(d, 2 * np.pi - d)
        out[i] = 0.8 * np.exp(-((d / (np.pi / 8)) ** 2) / 2)
    return out


def target_of(rule, locations, strengths):
    """Return the angle of the response (-1: fixate); strengths are ring by stimulus."""
    if rule.endswith("anti"):
        return (locations[0] + np.pi) % (2 * np.pi)
    if rule.startswith("dms"):
        is_match = locations[0] == locations[1]
        return locations[1] if is_match == (rule == "dmsgo") else -1.0
    if rule.startswith("dmc"):
        is_match = (locations[0] < np.pi) == (locations[1] < np.pi)
        return locations[1] if is_match == (rule == "dmcgo") else -1.0
    if "dm" in rule:
        attended = {"1": strengths[0], "2": strengths[1]}.get(
            rule[-1], strengths[0] + strengths[1]
        )
        return locations[0] if attended[0] > attended[1] else locations[1]
    return locations[0]


def windows(rule, parts):
    """Return [on, off) of both stimuli."""
    end = parts["response"][1]
    if rule.startswith("fd"):
        return [(parts["stimulus 1"][0], end), (0, 0)]
    if rule.startswith("react"):
        return [(parts["response"][0], end), (0, 0)]
    if rule in ("delaygo", "delayanti"):
        return [parts["stimulus 1"], (0, 0)]
    if rule.startswith(("dms", "dmc")):
        return [parts["stimulus 1"], (parts["response"][0], end)]
    if "delay" in rule:
        return [parts["stimulus 1"], parts["stimulus 2"]]
    return [parts["stimulus 1"], parts["stimulus 1"]]


def render(rule, parts, locations, strengths, steps, *, dt=20.0):
    """Return inputs, targets, their (not squared) mask and the target of a trial."""
    inputs = np.zeros((steps, 85))
    targets, mask = np.zeros((steps, 33)), np.zeros((steps, 33))
    response, end = parts["response"]
    target = target_of(rule, locations, strengths)
    cue_stays = rule.startswith(("react", "dms", "dmc"))
    for t in range(end):
        inputs[t, 65 + RULES.index(rule)] = 1.0
        if cue_stays or t < response:
            inputs[t, 0] = 1.0
        for i, (on, off) in enumerate(windows(rule, parts)):
            if on <= t < off:
                inputs[t, 1:33] += strengths[0][i] * bump(locations[i])
                inputs[t, 33:65] += strengths[1][i] * bump(locations[i])
        targets[t] = 0.05
        if t < response or target < 0:
            targets[t, 0] = 0.8
        else:
            targets[t, 1:] += bump(target)
        if t * dt >= 100.0 and t < response:
            mask[t] = 1.0
        if t * dt >= response * dt + 100.0:
            mask[t] = 5.0
        mask[t, 0] *= 2.0
    return inputs, targets, mask, target


def correct(output, target):
    """Return the score of one linked output at the last step."""
    vector = 0j
    for i in range(32):
        vector += output[1 + i] * np.exp(1j * PREFERRED[i])
    is_fixating = output[0] > 0.5
    if target < 0:
        return float(is_fixating)
    error = abs(np.angle(vector * np.exp(-1j * target)))
    return float(not is_fixating and error < 0.2 * np.pi)
