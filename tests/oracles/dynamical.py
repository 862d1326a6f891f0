"""The dynamical-systems tasks as plain loops over steps, with published numbers.

Each function returns inputs, targets and mask of one trial, `(time, channels)`, except
for `integral`.
"""

import numpy as np


def flip_flop(pulses, *, pulse_steps, settle_steps):
    """Return a trial of the flip-flop.

    `pulses` has the sign of each pulse at its first step, else 0, (time, bits).
    """
    inputs, targets, mask = (np.zeros(pulses.shape) for _ in range(3))
    for bit in range(pulses.shape[1]):
        held, since = 0.0, 0
        for t in range(pulses.shape[0]):
            since += 1
            if pulses[t, bit] != 0:
                held, since = pulses[t, bit], 0
            targets[t, bit] = held
            inputs[t, bit] = held if since < pulse_steps else 0.0
            mask[t, bit] = 1.0 if held != 0 and since >= settle_steps else 0.0
    return inputs, targets, mask


def sine(j, *, n=51, dt=20.0, tau=100.0, duration=5000.0):
    """Return a trial of the sine generator.

    Frequency j, counted from 1, is .04 j + .1 rad per tau; the input is j / n + .25.
    """
    steps = round(duration / dt)
    targets = np.zeros((steps, 1))
    for t in range(steps):
        targets[t, 0] = np.sin((0.04 * j + 0.1) * (t + 1) * dt / tau)
    return np.full((steps, 1), j / n + 0.25), targets, np.ones((steps, 1))


def integral(inputs, *, decay=1.0, gain=1.0):
    """Return the (leaky) running sum of inputs, (time, 1)."""
    total, targets = 0.0, np.zeros_like(inputs)
    for t in range(len(inputs)):
        total = decay * total + gain * inputs[t, 0]
        targets[t, 0] = total
    return targets


def addition(values, first, second, *, dt=20.0, item=100.0):
    """Return a trial of delayed addition.

    The stream of items is followed by a delay and a response of 200 ms each.
    """
    stream = item * len(values)
    steps = round((stream + 400.0) / dt)
    inputs, targets, mask = np.zeros((steps, 2)), np.zeros((steps, 1)), np.zeros(steps)
    for t in range(steps):
        begins = t * dt
        if begins < stream:
            index = int(begins // item)
            inputs[t, 0] = values[index]
            inputs[t, 1] = 1.0 if index in (first, second) else 0.0
        if begins >= stream + 200.0:
            targets[t, 0] = 0.5 + (values[first] + values[second]) / 4
            mask[t] = 1.0
    return inputs, targets, mask[:, None]


def ready_set_go(wait, interval, gain, *, steps, dt=20.0):
    """Return a trial of ready-set-go.

    Ready is after `wait` ms. Pulses last 100 ms. The trial ends 300 ms after go.
    """
    inputs, targets, mask = np.zeros((steps, 3)), np.zeros((steps, 1)), np.zeros(steps)
    at_set, production = wait + interval, gain * interval
    for t in range(steps):
        begins = t * dt
        if begins >= at_set + production + 300.0:
            break
        inputs[t, 0] = 1.0 if wait <= begins < wait + 100.0 else 0.0
        inputs[t, 1] = 1.0 if at_set <= begins < at_set + 100.0 else 0.0
        inputs[t, 2] = gain
        if begins >= at_set:
            targets[t, 0] = (begins - at_set) / production
        mask[t] = 1.0
    return inputs, targets, mask[:, None]


def heading(initial, velocity, *, dt=20.0, cue_steps=10):
    """Return a trial of heading integration.

    `velocity` is in rad/s, (time,); its values during the cue are not used.
    """
    steps, angle = len(velocity), initial
    inputs, targets, mask = (np.zeros((steps, n)) for n in (3, 2, 2))
    for t in range(steps):
        if t < cue_steps:
            inputs[t] = 0.0, np.cos(initial), np.sin(initial)
            continue
        angle = angle + velocity[t] * dt / 1000.0
        inputs[t, 0] = velocity[t]
        targets[t] = np.cos(angle), np.sin(angle)
        mask[t] = 1.0
    return inputs, targets, mask
