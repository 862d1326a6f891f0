"""The tasks of Song, Yang & Wang (2016) as plain loops over steps, without noise."""

import numpy as np


BASELINE, LOW = 0.2, 0.2


def _parts(dt, **durations):
    """Return the steps [start, stop) of consecutive parts, from durations in ms."""
    parts, start = {}, 0
    for name, duration in durations.items():
        parts[name] = (start, start + round(duration / dt))
        start = parts[name][1]
    return parts


def _inside(parts, t):
    return {name for name, (start, stop) in parts.items() if start <= t < stop}


def _two_choice(parts, channels, choice, is_catch, *, steps, catch_steps, high=1.0):
    """Return inputs, targets and mask.

    `channels(inside)` returns the signal of each channel in a step inside these parts.
    """
    n_in = len(channels(set()))
    inputs, targets, mask = (np.zeros((steps, n)) for n in (n_in, 2, 2))
    for t in range(steps):
        inside = set() if is_catch else _inside(parts, t)
        for i, signal in enumerate(channels(inside)):
            inputs[t, i] = max(0.0, BASELINE + (0.0 if is_catch else signal))
        is_scored = t < catch_steps if is_catch else inside & {"fixation", "decision"}
        for k in range(2):
            if is_scored:
                mask[t, k] = 1.0
                is_high = "decision" in inside and k == choice
                targets[t, k] = high if is_high else LOW
    return inputs, targets, mask


def _for_and_against(coherence):
    return (1 + coherence / 100) / 2, (1 - coherence / 100) / 2


def perceptual(of, *, timed, stimulus):
    """Return a trial of the variable or, if `timed`, the reaction-time task.

    `stimulus` is in ms.
    """
    parts = _parts(20.0, fixation=100, stimulus=stimulus, decision=300)
    if timed:
        parts["decision"] = (parts["stimulus"][0] + 15, parts["stimulus"][1])
    pair = _for_and_against(of["coherence"])
    if of["choice"] == 1:
        pair = pair[::-1]

    def channels(inside):
        return (*pair, 1.0) if "stimulus" in inside else (0.0,) * 3

    return _two_choice(
        parts,
        channels,
        of["choice"],
        of["is_catch"],
        steps=100,
        catch_steps=100,
        high=1.2 if timed else 1.0,
    )


def context(of):
    parts = _parts(20.0, fixation=100, stimulus=800, decision=300)
    by_colour = bool(of["context"])
    signals = (float(not by_colour), float(by_colour))
    signals += _for_and_against(of["coherence_motion"])
    signals += _for_and_against(of["coherence_colour"])
    attended = of["coherence_colour"] if by_colour else of["coherence_motion"]
    return _two_choice(
        parts,
        lambda inside: signals if "stimulus" in inside else (0.0,) * 6,
        0 if attended > 0 else 1,
        of["is_catch"],
        steps=100,
        catch_steps=100,
    )


def multisensory(of):
    parts = _parts(20.0, fixation=100, stimulus=1000, decision=300)
    rising = 0.4 + 0.8 * (of["frequency"] - 9) / 7
    falling = 0.4 + 0.8 * (16 - of["frequency"]) / 7

    def channels(inside):
        is_visual = "stimulus" in inside and of["modality"] in (0, 2)
        is_auditory = "stimulus" in inside and of["modality"] in (1, 2)
        return (
            rising if is_visual else 0.0,
            rising if is_auditory else 0.0,
            falling if is_visual else 0.0,
            falling if is_auditory else 0.0,
            1.0 if inside & {"stimulus", "decision"} else 0.0,
        )

    choice = 0 if of["frequency"] > 12.5 else 1
    return _two_choice(
        parts, channels, choice, of["is_catch"], steps=125, catch_steps=125
    )


def working_memory(of, *, delay):
    """Return a trial of parametric working memory; `delay` is in ms."""
    parts = _parts(20.0, fixation=100, f1=500, delay=delay, f2=500, decision=300)

    def channels(inside):
        for name in ("f1", "f2"):
            if name in inside:
                f = of[name]
                return 0.4 + 0.8 * (f - 10) / 24, 0.4 + 0.8 * (34 - f) / 24
        return 0.0, 0.0

    choice = 0 if of["f1"] > of["f2"] else 1
    return _two_choice(
        parts, channels, choice, of["is_catch"], steps=244, catch_steps=125
    )


def eye_movement(of):
    parts = _parts(10.0, rest=1000, fixation=1000, M1=500, M2=500, M3=500)
    path = {
        1: [4, 5, 1, 0],
        2: [4, 3, 1, 2],
        3: [4, 3, 7, 8],
        4: [4, 5, 7, 6],
        5: [4, 5, 1, 2],
        6: [4, 3, 1, 0],
        7: [4, 3, 7, 6],
        8: [4, 5, 7, 8],
    }[int(of["sequence"]) + 1]
    follow = {1: [0, 2], 3: [1, 7], 4: [3, 5], 5: [1, 7], 7: [6, 8]}
    inputs, targets, mask = (np.zeros((350, n)) for n in (17, 2, 2))
    for t in range(350):
        (part,) = _inside(parts, t)
        lit, looks_at = [9 + int(of["sequence"])], None
        if part == "fixation":
            lit, looks_at = lit + [4], 4
        if part.startswith("M"):
            i = int(part[1])
            lit, looks_at = lit + [path[i - 1], *follow[path[i - 1]]], path[i]
        for c in range(17):
            inputs[t, c] = BASELINE + (1.0 if c in lit else 0.0)
        if looks_at is not None:
            targets[t] = (
                -0.5 + 0.5 * (looks_at % 3),
                -0.5 + 0.5 * (2 - looks_at // 3),
            )
            mask[t] = 1.0
    return inputs, targets, mask


def sine_wave():
    targets = np.zeros((80, 1))
    for step in range(80):
        t = (step + 1) * 20.0
        targets[step, 0] = 0.9 * np.sin(2 * np.pi * t / 800.0)
    return np.zeros((80, 0)), targets, np.ones((80, 1))
