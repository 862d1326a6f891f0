"""The kinds of arguments, read from annotations."""

from collections.abc import Callable, Mapping, Sequence
import dataclasses
import inspect
from pathlib import Path
import re
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_public_api import PLACES

import ctrnn_jax as cj
from ctrnn_jax import _arguments
from ctrnn_jax._arguments import checks_arguments
from ctrnn_jax._types import ArrayLike, KeyArray


N = TypeVar("N", bound=cj.AbstractNetwork)
NETWORK = cj.CTRNN(1, 4, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
TRAJECTORY = cj.rollout(NETWORK, steps=3)


@dataclasses.dataclass
class Pair:
    """A result that holds a network."""

    network: object
    rates: object


@checks_arguments
def called(
    net: N | None = None,  # pyright: ignore[reportInvalidTypeVarUse]
    rates: ArrayLike | None = None,
    *rest: str,
    key: KeyArray | None = None,
    flag: bool = False,
    method: cj.dynamics.AbstractMethod | None = None,
    function: Callable[[Any], Any] | None = None,
    table: Mapping[str, int] | int = 3,
    seeds: Sequence[int] = (),
    count: int = 1,
    anything: object = None,
):
    """Return the arguments."""
    return net, rates, rest, key, flag, method, function, table, seeds, count, anything


VALID = [
    {},
    {"net": None, "rates": None, "key": None, "function": None},
    {"net": NETWORK, "rates": 1.0, "key": jax.random.key(0), "flag": np.bool_(True)},
    {"rates": [1.0, 2.0], "key": jax.random.PRNGKey(0), "table": {"a": 1}},
    {"rates": np.ones(2), "key": np.zeros(2, np.uint32), "seeds": range(3)},
    {"rates": jnp.ones(2), "seeds": np.arange(3), "count": "text", "anything": len},
    {"function": len, "method": cj.ExponentialEuler(), "seeds": {1, 2}, "table": 2},
]


@pytest.mark.parametrize("arguments", VALID)
def test_valid_arguments_arrive_unchanged(as_for_a_user, arguments):
    before = inspect.signature(called).bind(**arguments)
    before.apply_defaults()
    assert all(map(lambda a, b: a is b, called(**arguments), before.arguments.values()))


def test_every_other_argument_of_a_list_is_left_to_the_function(as_for_a_user):
    assert called(NETWORK, 1.0, "a", "b", count=2)[2] == ("a", "b")


def test_traced_arrays_and_keys_are_valid(as_for_a_user):
    out = jax.jit(lambda x, k: called(rates=x, key=k)[1])(2.0, jax.random.key(0))
    assert out == 2.0


INVALID = {
    "`key` must be a JAX random key; got 0. Use jax.random.key(0).": {"key": 0},
    "`flag` must be True or False; got 'no'. Give a boolean.": {"flag": "no"},
    "`net` must be a network; got 'a'. Pass a CTRNN or EIRNN.": {"net": "a"},
    "`net` must be a network; got a Pair. Pass its `network`.": {
        "net": Pair(NETWORK, None)
    },
    "`rates` must be numbers; got a Pair. Pass its `rates`.": {
        "rates": Pair(None, 1.0)
    },
    "`rates` must be numbers; got the function len. Give a number or an array of "
    "numbers.": {"rates": len},
    "`net` must be a network; got float64 of shape (2,). Exchange it with `rates`.": {
        "net": jnp.ones(2),
        "rates": NETWORK,
    },
    "`method` must be a method of discretisation; got the class Euler. Call it: "
    "Euler(...).": {"method": cj.Euler},
    "`function` must be a function; got 3. Pass the function itself.": {"function": 3},
    "`table` must be a dictionary or numbers; got 'a'. Give a dict.": {"table": "a"},
    "`seeds` must be a list of whole numbers; got 3. Such as seeds=range(4).": {
        "seeds": 3
    },
    "`seeds` must be a list of whole numbers; got '123'. Such as seeds=range(4).": {
        "seeds": "123"
    },
}


@pytest.mark.parametrize(("message", "arguments"), [*INVALID.items()])
def test_a_wrong_kind_is_named_with_what_to_do(as_for_a_user, message, arguments):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        called(**arguments)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("sedes", "Did you mean `seeds`? "), ("f", ""), ("seed", "Did you mean `key`? ")],
)
def test_an_unknown_keyword_suggests_the_argument_that_was_meant(word, hint):
    options = ", ".join(f"`{n}`" for n in inspect.signature(called).parameters)
    options = options.replace("`rest`, ", "")
    message = f"called() has no argument `{word}`. {hint}The arguments are {options}."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        called(**{word: 1})


def test_a_missing_argument_is_an_error_of_python():
    function = checks_arguments(lambda net, *, key: None)
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument"):
        function(None)


def public():
    """Return each public function, and each class with an `__init__` by hand."""
    found = {}
    for room, names in PLACES.items():
        for name in names:
            part = getattr(getattr(cj, room) if room else cj, name)
            if inspect.isclass(part) and issubclass(part, Exception):
                continue  # raised by the package
            if inspect.isclass(part) and part.__module__.startswith("ctrnn_jax"):
                part = part.__dict__.get("__init__")
            if inspect.isroutine(part) and hasattr(part, "__module__"):
                code = getattr(inspect.unwrap(part), "__code__", None)
                if code is not None and code.co_filename.startswith(ROOT):
                    found[f"{room}.{name}".lstrip(".")] = part
    return found


ROOT = str(Path(cj.__file__).parent)
PUBLIC = public()


def validates_kinds(part):
    """Whether the function has the decorator."""
    decorators, _, _ = inspect.getsource(inspect.unwrap(part)).partition("def ")
    return "@checks_arguments" in decorators


def test_every_public_function_validates_kinds():
    assert len(PUBLIC) > 180
    assert [name for name, part in PUBLIC.items() if not validates_kinds(part)] == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_class_of_an_annotation_has_words(name):
    parameters = inspect.signature(PUBLIC[name], eval_str=True).parameters.values()
    kinds = [_arguments._kinds_in(p.annotation) for p in parameters]
    words = {word for kind in kinds for word in kind} - {"NoneType"}
    assert words <= set(_arguments._KINDS)
