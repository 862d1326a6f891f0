"""The examples in public docstrings run, with the settings that users have."""

import doctest
import importlib
import inspect

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


NAMESPACES = sorted(set(dir(cj)) - set(cj.__all__))
NAMES = {"cj": cj, "jax": jax, "jnp": jnp, "np": np, "eqx": eqx, "optax": optax}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def public():
    """(dotted name, object) of every function and class that users can name."""
    for name in cj.__all__:
        yield name, getattr(cj, name)
    for room in NAMESPACES:
        module = importlib.import_module(f"ctrnn_jax.{room}")
        yield room, module
        for name in module.__all__:
            yield f"{room}.{name}", getattr(module, name)


def examples():
    finder = doctest.DocTestFinder(recurse=False)
    for name, value in public():
        if any(
            f(value) for f in (inspect.isroutine, inspect.isclass, inspect.ismodule)
        ):
            for test in finder.find(value, name, module=False, globs=dict(NAMES)):
                if test.examples:
                    yield pytest.param(test, id=name)


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs_as_shown(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report: list[str] = []
    with (
        jax.enable_x64(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
        jax.default_matmul_precision("default"),
    ):
        result = doctest.DocTestRunner(optionflags=FLAGS).run(
            example, out=report.append
        )
    assert result.failed == 0, "".join(report)


def test_every_name_at_the_top_has_an_example():
    shown = {param.id for param in EXAMPLES}
    assert [name for name in cj.__all__ if name not in shown] == []
