"""What the options of a task mean, from docstrings."""

import re

import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli.experiment import options_of, source_of
from ctrnn_jax.cli.experiment._meanings import meanings_of


@pytest.mark.parametrize("name", cj.tasks.names())
def test_every_option_of_every_task_has_a_meaning(name):
    recipe = cj.recipe(name)
    source = source_of(name, None, recipe)
    task = recipe.task(name)
    meanings = meanings_of((type(task),), source.options)
    assert list(source.options) == [o for o in source.options if meanings.get(o)]
    for text in meanings.values():
        assert len(text) > 8
        assert not re.search(r"\n|  |^- |\*\*", text)


def test_meanings_are_those_of_the_class_then_of_the_named_one():
    of = meanings_of((cj.tasks.PerceptualDecisionReactionTime,), ("reward", "low"))
    assert of == {
        "reward": "time in ms from the onset of the stimulus to the decision epoch.",
        "low": "target of the other output.",
    }
    task = cj.recipe("dms_dmc").task("dms_dmc")
    source = source_of("dms_dmc", None, cj.recipe("dms_dmc"))
    options = {option.name: option for option in options_of(task, source)}
    assert options["cue_time"].meaning == (
        'duration of the cue in ms (default 250), only if `cue` is "delay".'
    )
    assert options["kappa"].meaning == "concentration of the tuning curves."


class Documented:
    """A class.

    delay: not this one, since the function comes first
    gain (float): factor of
        the input
    Nothing: here.
    """


def make(delay, gain, width):
    """Return it.

    - `delay`, `width`: time in ms,
        at least 0.
    - other: text
    """


def test_a_function_and_a_class_of_a_user():
    of = meanings_of((make, Documented), ("delay", "gain", "width", "last"))
    assert of == {
        "delay": "time in ms, at least 0.",
        "width": "time in ms, at least 0.",
        "gain": "factor of the input",
    }
