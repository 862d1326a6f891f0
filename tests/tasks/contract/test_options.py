"""Options of a wrong type raise an error that names the option.

In other tests jaxtyping checks types first; here it is off, as for a user.
"""

import pytest

from ctrnn_jax.tasks import (
    ChaoticTarget,
    CuedDelayedMatch,
    DelayedDiscrimination,
    DelayedMatch,
    DualMatch,
    FlipFlop,
    ParametricWorkingMemory,
    PerceptualDecision,
    PerceptualDecisionVariable,
    PerceptualDiscrimination,
    ReadySetGo,
    SequenceMatchABBA,
    SineGenerator,
    Yang2019,
)


pytestmark = pytest.mark.usefixtures("as_for_a_user")


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (PerceptualDecision, {"dt": "abc"}, "`dt` must be a number; got 'abc'"),
        (PerceptualDecision, {"dt": None}, "`dt` must be a number; got None"),
        (PerceptualDecision, {"stimulus": "abc"}, "`stimulus` must be a number; got"),
        (PerceptualDecision, {"fixation": None}, "`fixation` must be a number; got No"),
        (PerceptualDecision, {"fixation": True}, "`fixation` must be a number; got Tr"),
        (
            PerceptualDecision,
            {"coherences": "abc"},
            "`coherences` must be numbers; got",
        ),
        (
            PerceptualDecision,
            {"coherences": ((1,), (2, 3))},
            "must be a list of numbers",
        ),
        (PerceptualDecision, {"tau_in": "abc"}, "`tau_in` must be numbers; got 'abc'"),
        (
            PerceptualDecision,
            {"sigma_in": None},
            "`sigma_in` must be numbers; got None",
        ),
        (PerceptualDecisionVariable, {"bounds": (80.0,)}, "must be two durations"),
        (
            PerceptualDecisionVariable,
            {"bounds": 80.0},
            "`bounds` must be a list; got 80.0",
        ),
        (PerceptualDecisionVariable, {"bounds": ("a", "b")}, "`bounds` must be a num"),
        (PerceptualDecisionVariable, {"mean": None}, "`mean` must be numbers; got No"),
        (
            PerceptualDiscrimination,
            {"coherences": "abc"},
            "must be numbers; got 'abc'",
        ),
        (PerceptualDiscrimination, {"duration": "abc"}, "`duration` must be a number"),
        (PerceptualDiscrimination, {"lag": "abc"}, "`lag` must be a number; got 'abc'"),
        (
            DelayedDiscrimination,
            {"delay": "abc"},
            "`delay` must be a number; got 'abc'",
        ),
        (
            ParametricWorkingMemory,
            {"pairs": "abc"},
            "`pairs` must be numbers; got 'abc'",
        ),
        (ReadySetGo, {"gains": 1.0}, "`gains` must be a list; got 1.0"),
        (ReadySetGo, {"gains": ("a",)}, "`gains` must be a number; got 'a'"),
        (ReadySetGo, {"intervals": "abc"}, "`intervals` must be a list; got 'abc'"),
        (ReadySetGo, {"pulse": "abc"}, "`pulse` must be a number; got 'abc'"),
        (FlipFlop, {"settle": "abc"}, "`settle` must be a number; got 'abc'"),
        (SineGenerator, {"frequencies": "abc"}, "must be numbers; got"),
        (ChaoticTarget, {"start": 1.0}, "`start` must be a list; got 1.0"),
        (ChaoticTarget, {"start": (1.0, 2.0)}, "`start` must be three numbers"),
        (SequenceMatchABBA, {"grace": "abc"}, "`grace` must be a number; got 'abc'"),
        (DualMatch, {"delay": "abc"}, "`delay` must be a number; got 'abc'"),
        (
            DelayedMatch,
            {"variable_delay": True},
            "`variable_delay` must be a number; got True",
        ),
        (Yang2019, {"easy": "no"}, "`easy` must be True or False; got 'no'"),
        (Yang2019, {"one_rule_per_batch": 1}, "`one_rule_per_batch` must be True or F"),
        (Yang2019, {"loss": None}, "`loss` must be a known name; got None"),
        (Yang2019, {"loss": "lsqq"}, "got 'lsqq'. Did you mean 'lsq'"),
        (CuedDelayedMatch, {"cue": 3}, "`cue` must be a known name; got 3"),
        (Yang2019, {"rules": 3}, "`rules` must be text or a list; got 3"),
        (
            Yang2019,
            {"weights": "abc"},
            "`weights` must be numbers; got 'abc'",
        ),
    ],
)
def test_an_option_of_a_wrong_type_is_invalid_and_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)
