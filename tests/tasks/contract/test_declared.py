"""Options of all tasks: validated in one place, documented, and keywords alone."""

import dataclasses
import inspect
import re
from typing import get_args, get_origin, Literal

from helpers import identical
import pytest
from tasks.judged import as_numpy

import ctrnn_jax as cj
from ctrnn_jax.tasks.contract import AbstractDeclared


CLASSES = [
    value
    for name in cj.tasks.__all__
    if inspect.isclass(value := getattr(cj.tasks, name))
    and issubclass(value, cj.tasks.AbstractTask)
    and not name.startswith("Abstract")
]
DECLARED = [c for c in CLASSES if issubclass(c, AbstractDeclared)]


def words_of(annotation):
    """Return the words of a `Literal`, also in a union."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(w for part in get_args(annotation) for w in words_of(part))


def options(task_class):
    return [p for p in inspect.signature(task_class).parameters if p != "self"]


def test_all_but_recordings_and_mixtures_declare_their_options():
    others = {c.__name__ for c in CLASSES} - {c.__name__ for c in DECLARED}
    assert others == {"ArrayTask", "Mixture", "RecordedActivity", "RecordedChoices"}
    assert all(getattr(c, "__final__", False) for c in CLASSES)


@pytest.mark.parametrize("task_class", DECLARED)
def test_every_option_is_documented_and_is_a_keyword(task_class):
    text = task_class.__doc__
    for name in re.findall(r"(?:those of|as|As) `(\w+)`", text):
        text += getattr(getattr(cj.tasks, name, None), "__doc__", None) or ""
    missing = [name for name in options(task_class) if f"`{name}`" not in text]
    assert missing == []
    parameters = inspect.signature(task_class).parameters.values()
    positional = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    assert positional == (["rules"] if task_class is cj.tasks.Yang2019 else [])


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("task_class", DECLARED)
def test_words_and_booleans_need_no_check_in_the_class(task_class):
    for option in dataclasses.fields(task_class):
        words = words_of(option.type)
        for word in words:
            misspelt = word + "x"
            message = f"`{option.name}` must be a known name; got '{misspelt}'"
            with pytest.raises(ValueError, match=f"{message}. Did you mean"):
                task_class(**{option.name: misspelt})
        if option.type is bool:
            message = f"`{option.name}` must be True or False; got 1"
            with pytest.raises(ValueError, match=message):
                task_class(**{option.name: 1})


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("task_class", DECLARED)
def test_no_option_takes_text_for_a_number(task_class):
    for option in dataclasses.fields(task_class):
        if not words_of(option.type) and option.type is not bool:
            with pytest.raises(ValueError, match=f"`{option.name}` must be"):
                task_class(**{option.name: "abc"})


def test_a_rebuilt_task_is_the_same():
    """The attributes are the options, so `at` needs no list of them."""
    for name in cj.tasks.names():
        task = cj.tasks.make(name)
        assert identical(as_numpy(task), as_numpy(task.at(task.dt)))
