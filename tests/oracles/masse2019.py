"""The matching tasks of Masse et al. (2019) as plain loops over steps.

Durations are in ms and by default those of the paper's code. Nothing is random.
"""

import math

import numpy as np


def tuned(direction):
    """Return the inputs of 24 units for one of eight directions."""
    values = []
    for unit in range(24):
        difference = math.radians(45 * direction - 15 * unit)
        values.append(4.0 * math.exp(2.0 * math.cos(difference)) / math.exp(2.0))
    return np.array(values)


def plain(n_in, total, shown, cued, tests, *, dt, weight=1.0):
    """Return inputs, targets and mask of a trial without noise.

    `shown` has (start, stop, first channel, direction), `cued` (start, stop, channels)
    and `tests` (start, stop, match).
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
    """Return a trial of DMS, DMRS, DMC or a mixture; the test lasts until 2500 ms."""
    shown, tests, cued = [(500, 1000, 0, sample)], [], []
    if not catch:
        shown.append((1000 + delay, 2500, 0, test))
        tests.append((1000 + delay, 2500, match))
    if cue:
        cued.append((*cue, [24 + n for n in range(units) if n % rules == rule]))
    return plain(24 + units, 2500, shown, cued, tests, dt=dt, weight=weight)


def rotated(sample, test, degrees, *, dt=10.0):
    """Return a trial of DMRS: the test matches if it is the sample plus `degrees`."""
    match = (45 * sample + degrees - 45 * test) % 360 == 0
    return one_test(sample, test, match, dt=dt)


def elsewhere(sample, test, match, field, *, dt=10.0):
    """Return a trial of location_DMS: sample in field 0, test in field 1 or 2."""
    shown = [(500, 1000, 0, sample), (2000, 2500, 24 * field, test)]
    return plain(72, 2500, shown, [], [(2000, 2500, match)], dt=dt)


def sequence(sample, directions, matches, *, dt=10.0):
    """Return a trial of ABBA or ABCA."""
    shown, tests = [(500, 900, 0, sample)], []
    for n in range(3):
        start = 1300 + 800 * n
        shown.append((start, start + 400, 0, directions[n]))
        tests.append((start, start + 400, matches[n]))
    return plain(24, 3800, shown, [], tests, dt=dt)


def unrepeated(sample, directions, *, dt=10.0):
    """Return a trial of ABCA: each test is the sample, a match, or a new direction."""
    seen, matches = [sample], []
    for direction in directions:
        matches.append(direction == sample)
        if direction != sample and direction in seen:
            raise ValueError(f"direction {direction} was shown before: {seen}")
        seen.append(direction)
    return sequence(sample, directions, matches, dt=dt)


def sequence_probabilities(repeats, tests=3):
    """Return the probability of each sequence of turns from the sample.

    A test is the sample (turn 0) with probability 1/2. If not, from the second test on,
    it is the previous stimulus with probability `repeats`. In all other cases it is a
    direction that was not shown yet.
    """
    probabilities: dict[tuple[int, ...], float] = {(): 1.0}
    for n in range(tests):
        longer = {}
        for past, p in probabilities.items():
            repeat = 0.5 * repeats if n else 0.0
            unseen = [turn for turn in range(1, 8) if turn not in past]
            draws = [(0, 0.5), (past[-1] if n else 0, repeat)]
            draws += [(turn, (0.5 - repeat) / len(unseen)) for turn in unseen]
            for turn, chance in draws:
                turns = (*past, turn)
                longer[turns] = longer.get(turns, 0.0) + p * chance
        probabilities = longer
    return {turns: p for turns, p in probabilities.items() if p > 0}


def dual(samples, directions, fields, matches, *, dt=10.0):
    """Return a trial of dualDMS; `directions` are (test, field)."""
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
    """Return the mean over trials and steps of the masked surprise."""
    total, trials, steps = 0.0, len(logits), len(logits[0])
    for i in range(trials):
        for t in range(steps):
            norm = math.log(sum(math.exp(x) for x in logits[i][t]))
            for k in range(3):
                total -= mask[i][t][k] * targets[i][t][k] * (logits[i][t][k] - norm)
    return total / (trials * steps)
