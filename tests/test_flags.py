"""Every flag of the public API is True or False: any text would count as True."""

import inspect
import re

import pytest

import ctrnn_jax as cj


RESULTS = {
    "EnsembleResult",
    "Manifold",
    "NeurogymTask",
    "PsychometricFit",
    "Stationary",
    "TaskCheck",
}
"""Classes that functions of the package make."""


def flags():
    """Return each public callable with each of its flags."""
    rooms = [cj, *(room for _, room in inspect.getmembers(cj, inspect.ismodule))]
    found = {}
    for room in rooms:
        for name in getattr(room, "__all__", ()):
            part = getattr(room, name)
            if not callable(part) or name in RESULTS:
                continue
            try:
                parameters = inspect.signature(part).parameters.values()
            except ValueError:
                continue
            for parameter in parameters:
                if parameter.annotation in (bool, "bool"):
                    found[f"{name}, {parameter.name}"] = part, parameter.name
    return found


FLAGS = flags()


def test_the_flags_are_found():
    assert {"EIRNN, dale", "fit, restore_best", "rollout, time_major"} <= set(FLAGS)
    assert len(FLAGS) >= 40


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(("part", "flag"), FLAGS.values(), ids=FLAGS)
@pytest.mark.parametrize("value", ["no", "False", 1, None])
def test_a_flag_is_true_or_false(part, flag, value):
    message = f"`{flag}` must be True or False; got {value!r}. Give a boolean."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        part(**{flag: value})
