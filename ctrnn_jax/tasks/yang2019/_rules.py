"""The 20 rules of Yang et al. (2019): what is shown, and what is the answer.

Each rule is a timing and a content: a pure function from numbers that are uniform in
[0, 1) to the locations and strengths of two stimuli and the target (their `task.py`).
"""

from functools import partial

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..contract import number
from ._plan import Between, Content, Numbers, OneOf, Rule, Timing


def _sign(u: Array) -> Array:
    """Return 1.0 or -1.0 with equal probability, from a uniform number."""
    return jnp.where(u < 0.5, 1.0, -1.0).astype(u.dtype)


def _apart(numbers: Numbers, low: float, high: float) -> Array:
    """Return a uniform location, and another one low to high radians to either side."""
    first = 2 * np.pi * numbers["location"][0]
    distance = low + (high - low) * numbers["apart"][0]
    second = jnp.mod(first + _sign(numbers["apart"][1]) * distance, 2 * np.pi)
    return jnp.stack([first, second])


def _on_one_ring(numbers: Numbers) -> Array:
    """Return strengths `(ring, stimulus)`: each stimulus at 1 on one of the rings."""
    is_on_ring_1 = numbers["ring"] < 0.5
    return jnp.stack([is_on_ring_1, ~is_on_ring_1]).astype(numbers["ring"].dtype)


def _pair(numbers: Numbers, levels: tuple[float, ...], ring: int) -> Array:
    """Return strengths `m + c s`, `m - c s`: m in [.8, 1.2), c a level, s a sign."""
    mean = 0.8 + 0.4 * numbers["mean"][ring]
    level = jnp.floor(numbers["level"][ring] * len(levels)).astype(int)
    difference = number(np.asarray(levels))[level] * _sign(numbers["sign"][ring])
    return jnp.stack([mean + difference, mean - difference])


def _go(numbers: Numbers, levels: tuple[float, ...], *, anti: bool) -> Content:
    """Return one stimulus; respond at its location, or opposite to it if `anti`."""
    location = 2 * np.pi * numbers["location"][0]
    target = jnp.mod(location + np.pi, 2 * np.pi) if anti else location
    is_first = number(np.asarray([1.0, 0.0]))  # the second stimulus is not shown
    return location * is_first, _on_one_ring(numbers) * is_first[None], target


def _decide(numbers: Numbers, strengths: Array, attended: Array) -> Content:
    """Return two stimuli at least a quarter turn apart; respond to the stronger one.

    **Arguments:** `attended`: the strengths that count, one for each stimulus, `(2,)`.
    """
    locations = _apart(numbers, 0.5 * np.pi, 1.5 * np.pi)
    target = jnp.where(attended[0] > attended[1], locations[0], locations[1])
    return locations, strengths, target


def _one_ring(numbers: Numbers, levels: tuple[float, ...], *, ring: int) -> Content:
    """Return a pair on one ring; the other ring shows nothing."""
    pair = _pair(numbers, levels, ring)
    is_ring = jnp.arange(2)[:, None] == ring
    return _decide(numbers, jnp.where(is_ring, pair[None], 0.0), pair)


def _context(numbers: Numbers, levels: tuple[float, ...], *, ring: int) -> Content:
    """Return a pair on each ring; only the pair of `ring` counts."""
    strengths = jnp.stack([_pair(numbers, levels, each) for each in (0, 1)])
    return _decide(numbers, strengths, strengths[ring])


def _both_rings(numbers: Numbers, levels: tuple[float, ...]) -> Content:
    """Return a pair on each ring; the mean over the rings counts.

    The mean is a drawn pair. The rings differ from it by a share of 20 to 80 % of each
    strength, halved, with a sign for each stimulus.
    """
    pair = _pair(numbers, levels, 0)
    half = pair * (0.2 + 0.6 * numbers["share"]) * _sign(numbers["side"]) / 2
    return _decide(numbers, jnp.stack([pair + half, pair - half]), pair)


def _match(
    numbers: Numbers, levels: tuple[float, ...], *, category: bool, go: bool
) -> Content:
    """Return two stimuli; respond to the second if it matches the first (or if not).

    **Arguments:** `category`: whether a match is the same half of the ring, else the
    same location; `go`: whether to respond to a match, else to a non-match.
    """
    if category:
        # Ten locations, five in each half; the halves match by chance.
        locations = (0.1 + 0.2 * jnp.floor(10 * numbers["location"])) * np.pi
        is_match = (locations[0] < np.pi) == (locations[1] < np.pi)
    else:
        # Half of the trials match; otherwise the locations are 20 to 340 degrees apart.
        is_match = numbers["match"][0] < 0.5
        different = _apart(numbers, np.pi / 9, 17 * np.pi / 9)
        locations = jnp.where(is_match, different[0], different)
    target = jnp.where(is_match == go, locations[1], -1.0)
    return locations, _on_one_ring(numbers), target


# Durations and windows that several timings share. A window is a pair of parts: a
# stimulus is shown from the start of the first to the stop of the second.
_SHORT = OneOf((200.0, 400.0, 600.0))
_DELAY = OneOf((200.0, 400.0, 800.0, 1600.0))
_RESPONSE = OneOf((500.0,))
_FIRST, _SECOND = ("stimulus 1", "stimulus 1"), ("stimulus 2", "stimulus 2")
_TO_END, _AT_END = ("stimulus 1", "response"), ("response", "response")

_FIXED = Timing(
    {
        "fixation": Between(300.0, 700.0),
        "stimulus 1": Between(500.0, 1500.0),
        "response": _RESPONSE,
    },
    (_TO_END, _TO_END),
)
_REACT = Timing(
    {"fixation": Between(500.0, 2500.0), "response": _RESPONSE},
    (_AT_END, _AT_END),
    cue_stays=True,
)
_DELAYED = Timing(
    {
        "fixation": OneOf((300.0, 500.0, 700.0)),
        "stimulus 1": _SHORT,
        "delay": _DELAY,
        "response": _RESPONSE,
    },
    (_FIRST, _FIRST),
)
_TOGETHER = Timing(
    {
        "fixation": Between(100.0, 400.0),
        "stimulus 1": OneOf((400.0, 800.0, 1600.0)),
        "response": _RESPONSE,
    },
    (_FIRST, _FIRST),
)
_IN_TURN = Timing(
    {
        "fixation": _SHORT,
        "stimulus 1": _SHORT,
        "delay": _DELAY,
        "stimulus 2": _SHORT,
        "wait": Between(100.0, 300.0),
        "response": _RESPONSE,
    },
    (_FIRST, _SECOND),
)
# Match tasks: the second stimulus appears at the response and stays on.
_SAMPLE = {"fixation": _SHORT, "stimulus 1": _SHORT, "delay": _DELAY}
_MATCHING = Timing(_SAMPLE | {"response": _RESPONSE}, (_FIRST, _AT_END), cue_stays=True)
_CATEGORY = Timing(_SAMPLE | {"response": _SHORT}, (_FIRST, _AT_END), cue_stays=True)

# Contents and groups of rules with the same timing and levels.
_pro, _anti = partial(_go, anti=False), partial(_go, anti=True)
_fine = partial(
    Rule, _TOGETHER, levels=(0.01, 0.02, 0.04, 0.08), easy=(0.1, 0.2, 0.4, 0.8)
)
_coarse = partial(Rule, _IN_TURN, levels=(0.08, 0.16, 0.32), easy=(0.16, 0.32, 0.64))

RULES = {
    "fdgo": Rule(_FIXED, _pro),
    "reactgo": Rule(_REACT, _pro),
    "delaygo": Rule(_DELAYED, _pro),
    "fdanti": Rule(_FIXED, _anti),
    "reactanti": Rule(_REACT, _anti),
    "delayanti": Rule(_DELAYED, _anti),
    "dm1": _fine(partial(_one_ring, ring=0)),
    "dm2": _fine(partial(_one_ring, ring=1)),
    "contextdm1": _fine(partial(_context, ring=0)),
    "contextdm2": _fine(partial(_context, ring=1)),
    "multidm": _fine(_both_rings),
    "delaydm1": _coarse(partial(_one_ring, ring=0)),
    "delaydm2": _coarse(partial(_one_ring, ring=1)),
    "contextdelaydm1": _coarse(partial(_context, ring=0)),
    "contextdelaydm2": _coarse(partial(_context, ring=1)),
    "multidelaydm": _coarse(_both_rings),
    "dmsgo": Rule(_MATCHING, partial(_match, category=False, go=True)),
    "dmsnogo": Rule(_MATCHING, partial(_match, category=False, go=False)),
    "dmcgo": Rule(_CATEGORY, partial(_match, category=True, go=True)),
    "dmcnogo": Rule(_CATEGORY, partial(_match, category=True, go=False)),
}
"""All rules in the order of their input lines (their `task.py:9-13`)."""

YANG2019_RULES: tuple[str, ...] = tuple(RULES)
"""The 20 rules in the order of their input lines."""

YANG2019_DESCRIPTIONS: dict[str, str] = {
    "fdgo": "Go: respond to the stimulus when the fixation cue goes off",
    "reactgo": "RT Go: respond to the stimulus as soon as it appears",
    "delaygo": "Dly Go: respond to a remembered stimulus after a delay",
    "fdanti": "Anti: respond away from the stimulus at the go cue",
    "reactanti": "RT Anti: respond away from the stimulus as it appears",
    "delayanti": "Dly Anti: respond away from a remembered stimulus",
    "dm1": "DM 1: respond to the stronger of two stimuli on ring 1",
    "dm2": "DM 2: respond to the stronger of two stimuli on ring 2",
    "contextdm1": "Ctx DM 1: the stronger on ring 1; ring 2 is ignored",
    "contextdm2": "Ctx DM 2: the stronger on ring 2; ring 1 is ignored",
    "multidm": "MultSen DM: the stronger of two, summed over both rings",
    "delaydm1": "Dly DM 1: the stronger of two shown in turn on ring 1",
    "delaydm2": "Dly DM 2: the stronger of two shown in turn on ring 2",
    "contextdelaydm1": "Ctx Dly DM 1: the stronger in turn on ring 1, not ring 2",
    "contextdelaydm2": "Ctx Dly DM 2: the stronger in turn on ring 2, not ring 1",
    "multidelaydm": "MultSen Dly DM: the stronger in turn, summed over rings",
    "dmsgo": "DMS: respond if the second stimulus is where the first was",
    "dmsnogo": "DNMS: respond if the second stimulus is elsewhere",
    "dmcgo": "DMC: respond if both stimuli are in the same half of the ring",
    "dmcnogo": "DNMC: respond if the stimuli are in different halves",
}
"""What the subject does under each rule, after the name of the rule in the paper."""
