"""The matching tasks of Masse et al. (2019) as plain loops over steps.

Durations are in ms and from the paper's code, unless given; nothing is random.
"""

import math

import numpy as np


def tuned(direction):
    """Input of 24 units to one of eight directions."""
    values = []
    for unit in range(24):
        difference = math.radians(45 * direction - 15 * unit)
        values.append(4.0 * math.exp(2.0 * math.cos(difference)) / math.exp(2.0))
    return np.array(values)


def plain(n_in, total, shown, cued, tests, *, dt, weight=1.0):
    """Inputs, targets and mask without noise.

    shown: (start, stop, first channel, direction); cued: (start, stop, channels);
    tests: (start, stop, match).
    """
    steps = round(total / dt)
    inputs, targets = np.zeros((steps, n_in)), np.zeros((steps, 3))
    mask = np.ones((steps, 3))
    for t in range(steps):
        now = t * dt
        for start, stop, first, direction in shown:
            if start <= now < stop:
                inputs[t, first : first + 24] += tuned(direction)
        for start, stop, channels in cued:
            if start <= now < stop:
                for channel in channels:
                    inputs[t, channel] += 4.0
        answer = 0
        for start, stop, match in tests:
            if start <= now < stop:
                answer = 2 if match else 1
                mask[t] = 0.0 if now < start + 50 else weight
        targets[t, answer] = 1.0
    return inputs, targets, mask


def one_test(
    sample, test, match, *, delay=1000, rule=None, rules=1, units=0, cue=(), dt=10.0,
    catch=False, weight=1.0,
):  # fmt: skip
    """DMS, DMRS, DMC and their mixtures; the test lasts until 2500 ms."""
    shown, tests, cued = [(500, 1000, 0, sample)], [], []
    if not catch:
        shown.append((1000 + delay, 2500, 0, test))
        tests.append((1000 + delay, 2500, match))
    if cue:
        cued.append((*cue, [24 + n for n in range(units) if n % rules == rule]))
    return plain(24 + units, 2500, shown, cued, tests, dt=dt, weight=weight)


def rotated(sample, test, degrees, *, dt=10.0):
    """DMRS: the test matches if it is the sample turned by so many degrees."""
    match = (45 * sample + degrees - 45 * test) % 360 == 0
    return one_test(sample, test, match, dt=dt)


def elsewhere(sample, test, match, field, *, dt=10.0):
    """location_DMS: the sample in field 0, the test in field 1 or 2."""
    shown = [(500, 1000, 0, sample), (2000, 2500, 24 * field, test)]
    return plain(72, 2500, shown, [], [(2000, 2500, match)], dt=dt)


def sequence(sample, directions, matches, *, dt=10.0):
    """ABBA and ABCA."""
    shown, tests = [(500, 900, 0, sample)], []
    for n in range(3):
        start = 1300 + 800 * n
        shown.append((start, start + 400, 0, directions[n]))
        tests.append((start, start + 400, matches[n]))
    return plain(24, 3800, shown, [], tests, dt=dt)


def unrepeated(sample, directions, *, dt=10.0):
    """ABCA: a test matches if it is the sample; every other one has to be new."""
    seen, matches = [sample], []
    for direction in directions:
        matches.append(direction == sample)
        if direction != sample and direction in seen:
            raise ValueError(f"{direction} was shown before: {seen}")
        seen.append(direction)
    return sequence(sample, directions, matches, dt=dt)


def law_of_sequences(repeats, tests=3):
    """The probability of each sequence of turns from the sample, as draws in a row.

    A test is the sample (turn 0) with probability 1/2; else, from the second on and
    with probability `repeats`, what came before it; else one that was not shown yet.
    """
    law = {(): 1.0}
    for n in range(tests):
        longer = {}
        for past, p in law.items():
            again = 0.5 * repeats if n else 0.0
            unseen = [turn for turn in range(1, 8) if turn not in past]
            ways = [(0, 0.5), (past[-1] if n else 0, again)]
            ways += [(turn, (0.5 - again) / len(unseen)) for turn in unseen]
            for turn, chance in ways:
                whole = (*past, turn)
                longer[whole] = longer.get(whole, 0.0) + p * chance
        law = longer
    return {turns: p for turns, p in law.items() if p > 0}


def dual(samples, directions, fields, matches, *, dt=10.0):
    """DualDMS: directions (test, field)."""
    shown = [(500, 1000, 0, samples[0]), (500, 1000, 24, samples[1])]
    cued, tests = [], []
    for n in range(2):
        start = 2000 + 1500 * n
        for field in range(2):
            shown.append((start, start + 500, 24 * field, directions[n][field]))
        units = [48 + unit for unit in range(6) if unit % 2 == fields[n]]
        cued.append((start - 500, start + 500, units))
        tests.append((start, start + 500, matches[n]))
    return plain(54, 4000, shown, cued, tests, dt=dt)


def cross_entropy(logits, targets, mask):
    """Mean over trials and steps of the masked surprise."""
    total, trials, steps = 0.0, len(logits), len(logits[0])
    for i in range(trials):
        for t in range(steps):
            whole = math.log(sum(math.exp(x) for x in logits[i][t]))
            for k in range(3):
                total -= mask[i][t][k] * targets[i][t][k] * (logits[i][t][k] - whole)
    return total / (trials * steps)
