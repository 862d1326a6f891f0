"""Rules of delayed matching, and the options of their cues and delays."""

from jax import Array

from ..._checks import check_choice, check_positive, invalid
from ..._types import ArrayLike
from ..contract import check_duration, check_spare, number


ROTATIONS = {"dms": 0, "dmrs45": 1, "dmrs90": 2, "dmrs90ccw": -2, "dmrs180": 4}
"""From the sample to the test that matches, in eighths of a turn."""

MIXTURES = {
    "dms_dmrs": (("dms", "dmrs90"), 6),
    "dms_dmc": (("dms", "dmc"), 12),
    "dms_dmrs_dmc": (("dms", "dmrs90", "dmc"), 18),
}
"""The rules of each mixed task and how many rule units it has."""

CUES = ("delay", "fixation", "whole")


def check_cue(rule: str, cue: str | None) -> str | None:
    """When the rule is cued; refuse a cue where there is one rule only."""
    if cue is None:
        return {"dms_dmrs": "delay"}.get(rule, "whole" if rule in MIXTURES else None)
    if rule not in MIXTURES:
        raise invalid(
            "cue", "be None for a single rule", repr(cue), "Only mixed rules are cued."
        )
    return check_choice("cue", cue, CUES)


def check_cue_times(
    onset: float | None, time: float | None, delay: float, dt: float
) -> tuple[float, float]:
    """When a cue in the delay comes and how long it lasts; it must fit; all in ms."""
    start = check_spare("cue_onset", 500.0 if onset is None else onset, dt)
    lasts = check_duration("cue_time", 250.0 if time is None else time, dt)
    if start + lasts <= delay:
        return start, lasts
    if onset is None and time is None:
        raise invalid(
            "delay",
            f"last at least {start + lasts:g} ms, to the end of the cue",
            f"{delay:g} ms",
            "Else give `cue_onset` and `cue_time`.",
        )
    raise invalid(
        "cue_time" if onset is None else "cue_onset",
        "let the cue end by the end of the delay",
        f"a cue of {lasts:g} ms from {start:g} ms on",
        f"The delay lasts {delay:g} ms.",
    )


def check_law(
    longest: float | None, mean: ArrayLike | None, delay: float, dt: float
) -> tuple[float, Array]:
    """The longest and the mean variable part of a delay; all in ms."""
    name = "variable_delay_max"
    spread = check_duration(name, 300.0 if longest is None else longest, dt)
    if spread >= delay and longest is None:
        rule = f"be longer than {spread:g} ms, its variable part"
        remedy = f"Else give a smaller `{name}`."
        raise invalid("delay", rule, f"{delay:g} ms", remedy)
    if spread >= delay:
        rule = f"be shorter than the delay, {delay:g} ms"
        remedy = "The shortest delay is the difference."
        raise invalid(name, rule, f"{spread:g} ms", remedy)
    mean = 150.0 if mean is None else mean
    check_positive("variable_delay_mean", mean, "It is in ms.")
    return spread, number(mean)
