"""Descriptions of values: equal for equal values, different for different ones."""

import dataclasses
import enum
import functools
import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import make

import ctrnn_jax as cj
from ctrnn_jax.training import init_optimiser
from ctrnn_jax.training.checkpoints import described
from ctrnn_jax.training.optimisers import describe_optimiser, traced


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0

    SCALE = 2.0

    @property
    def length(self):
        return math.hypot(self.x, self.y)

    @functools.cached_property
    def twice(self):
        return 2 * self.x

    @staticmethod
    def origin():
        return Point(0.0)

    def __call__(self):
        return self.x


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {"a": "None"}),
        (0.1, {"a": "0.1"}),
        (Colour.RED, {"a": "<Colour.RED: 1>"}),
        ((1, "b"), {"a": "(1, 'b')"}),
        ([1, "b"], {"a": "(1, 'b')"}),
        ([1, [2.0]], {"a[0]": "1", "a[1]": "(2.0,)"}),
        ({"c": 1, "b": 2}, {"a.b": "2", "a.c": "1"}),
        (np.float32(0.1), {"a": "0.1"}),
        (np.arange(3), {"a": "[0, 1, 2]"}),
        (jnp.zeros((1, 2)), {"a": "[0.0, 0.0] of shape (1, 2)"}),
        (jax.random.key(7), {"a": "[0, 7]"}),
        (jax.ShapeDtypeStruct((2,), np.float32), {"a": "float32 of shape (2,)"}),
        (jax.nn.relu, {"a": "relu (jax)"}),
        (jnp.add, {"a": "add (jax)"}),
        (np.tanh, {"a": "tanh (numpy)"}),
        (abs, {"a": "abs"}),
        (cj.EIRNN, {"a": "EIRNN"}),
        (cj.MeanAbove(0.9), {
            "a": "MeanAbove", "a.threshold": "0.9", "a.last": "5",
            "a.inclusive": "False",
        }),
        (functools.partial(jax.nn.gelu, approximate=False), {
            "a": "gelu (jax)", "a.defaults": "(True,)", "a.args": "()",
            "a.approximate": "False",
        }),
    ],
)  # fmt: skip
def test_plain_values_arrays_and_parts_of_libraries(value, expected):
    assert described("a", value) == expected


def test_large_values_have_a_digest():
    long = described("a", "x" * 1000)["a"]
    assert len(long) < 50
    assert long != described("a", "x" * 999 + "y")["a"]
    array = np.arange(100.0)
    text = described("a", array)["a"]
    assert text.startswith("float64 of shape (100,) with digest ")
    assert text == described("a", jnp.asarray(array))["a"]
    array[50] = np.nextafter(array[50], 0)
    assert text != described("a", array)["a"]


def test_the_order_of_a_set_has_no_effect():
    words = [f"word {i}" for i in range(20)]
    backwards = list(reversed(words))
    assert described("a", set(words)) == described("a", set(backwards))
    assert described("a", set(words)) != described("a", set(words[1:]))

    def is_known(x):
        return x in {"b", "c", "d"}

    def is_other(x):
        return x in {"b", "c", "e"}

    digests = [described("a", f)["a.__code__"] for f in (is_known, is_other)]
    assert digests[0] != digests[1]


def adder(n):
    return lambda x: x + n


FACTOR = 2.0


def helper(x):
    return x * FACTOR


def uses_helper(x):
    return helper(x)


def countdown(n):
    return 0 if n == 0 else countdown(n - 1)


def with_default(x, *, rate=0.1):
    return x * rate


def test_functions_have_their_code_and_the_values_that_they_use(monkeypatch):
    parts = described("a", adder(1))
    assert parts["a"] == "adder.<locals>.<lambda>"
    assert parts["a.n"] == "1"
    assert parts == described("a", adder(1))
    assert parts | {"a.n": "2"} == described("a", adder(2))
    pair = [lambda x: x + 1, lambda x: x + 2]  # on one line of source
    assert (
        described("a", pair[0])["a.__code__"] != described("a", pair[1])["a.__code__"]
    )
    assert described("a", with_default)["a.defaults.rate"] == "0.1"
    assert described("a", countdown).keys() == {"a", "a.__code__"}

    before = described("a", uses_helper)
    assert before["a.helper.FACTOR"] == "2.0"
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert described("a", uses_helper) == before | {"a.helper.FACTOR": "3.0"}
    jitted = jax.jit(uses_helper)
    assert described("a", jitted) == described("a", uses_helper)


def test_comments_and_lines_have_no_effect():
    texts = [
        "def f(x):\n    return x + 1\n",
        "\n\n# a\ndef f(x):\n  return x + 1  # b\n",
    ]
    scopes: list[dict] = [{}, {}]
    for text, scope in zip(texts, scopes, strict=True):
        exec(text, scope)  # there is no source to read
    first, second = (described("a", scope["f"]) for scope in scopes)
    assert first == second


def test_the_variable_of_a_function_may_have_no_value_yet():
    def outer():
        def inner():
            return later

        parts = described("a", inner)
        later = 1
        return parts, described("a", inner), later

    before, after, _ = outer()
    assert "a.later" not in before
    assert after["a.later"] == "1"


def test_objects_of_a_class_of_the_user():
    parts = described("a", Point(1.0))
    assert {"a": "Point", "a.x": "1.0", "a.y": "0.0", "a.SCALE": "2.0"}.items() <= (
        parts.items()
    )
    methods = {"length", "twice", "origin", "__call__"}
    assert {f"a.{name}.__code__" for name in methods} <= parts.keys()
    assert described("a", Point(1.0).__call__)["a.self.x"] == "1.0"

    class Plain:
        def __init__(self, x):
            self.x = x
            self.me = self

    parts = described("a", Plain(3))
    assert parts["a.x"] == "3"
    assert "a.me.x" not in parts
    # an object of a library has its class alone: its repr may have an address
    assert described("a", np.random.default_rng(0)) == {"a": "Generator (numpy)"}


def masked(rate):
    return optax.adamw(rate, mask=lambda tree: jax.tree.map(lambda x: x.ndim > 1, tree))


def by_shape(rate):
    def labels(tree):
        return jax.tree.map(lambda x: "ab"[x.ndim > 1], tree)

    return optax.multi_transform({"a": optax.sgd(rate), "b": optax.adam(0.2)}, labels)


BUILDERS = {
    "adam": optax.adam,
    "adamw with a mask": masked,
    "multi_transform": by_shape,
    "schedule": lambda rate: optax.adam(optax.cosine_decay_schedule(rate, 100)),
    "apply_if_finite": lambda rate: optax.apply_if_finite(optax.adam(rate), 3),
    "MultiSteps": lambda rate: optax.MultiSteps(
        optax.adam(rate), 2
    ).gradient_transformation(),
    "inject_hyperparams": lambda rate: optax.inject_hyperparams(optax.adam)(rate),
    "schedule_free": lambda rate: optax.contrib.schedule_free_adamw(rate),
    "lookahead": lambda rate: optax.lookahead(optax.sgd(rate), 2, 0.5),
    "noise": lambda rate: optax.noisy_sgd(rate, key=jax.random.key(0)),
    "backtracking": lambda rate: optax.chain(
        optax.sgd(rate), optax.scale_by_backtracking_linesearch(3)
    ),
    "lbfgs": lambda rate: optax.lbfgs(rate),
}


@pytest.mark.usefixtures("optax_promotes")
@pytest.mark.parametrize("name", BUILDERS)
def test_optimisers_are_compared_by_their_numbers(name):
    net = make(jax.random.key(0))
    params = eqx.filter(net, cj.trainable(net))

    def description(rate):
        optimiser = BUILDERS[name](rate)
        state = init_optimiser(net, optimiser)
        return describe_optimiser(traced(optimiser, params, state), state)

    first, other = description(0.1), description(0.125)
    assert first == description(0.1)
    assert first.keys() == other.keys()
    changed = {part for part in first if first[part] != other[part]}
    assert 1 <= len(changed) < len(first)
    assert "optimiser.update" not in changed
    assert all("0x" not in text for text in first.values())
