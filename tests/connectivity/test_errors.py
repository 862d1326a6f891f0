"""Invalid arguments of connectivities raise errors that name the argument."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.connectivity import (
    block,
    distance_dependent,
    excitatory_signs,
    MultiArea,
    MultiAreaEI,
    MultiIO,
    no_autapses,
    random_sparse,
    RandomInput,
)


KEY = jax.random.key(4)


def random_input(n_in=1, n_hidden=4, n_out=1, **options):
    return lambda: RandomInput(n_in, n_hidden, n_out, key=KEY, **options)


def on_a_line(**options):
    return lambda: distance_dependent(np.arange(3), key=KEY, **{"length": 1} | options)


def areas(*sizes, **options):
    return lambda: MultiArea(*sizes or ([4, 5],), key=KEY, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (random_input(n_in=-1), "`n_in` must be a whole number, at least 0; got -1"),
        (random_input(n_hidden=0), "`n_hidden` must be a whole number, at least 1"),
        (random_input(n_out=-1), "`n_out` must be a whole number, at least 0"),
        (random_input(input_density=1.1), r"`input_density` must lie in \[0, 1\]"),
        (random_input(hidden_density=-0.1), "`hidden_density` must lie in"),
        (random_input(output_density=2.0), "`output_density` must lie in"),
        (on_a_line(length=0.0), "`length` must be positive; got 0"),
        (on_a_line(peak=1.5), r"`peak` must lie in \[0, 1\]"),
        (on_a_line(period=-1.0), "`period` must be positive; got -1"),
        (lambda: no_autapses(0), "`n_hidden` must be a whole number, at least 1"),
        (lambda: random_sparse(0, 0.5, key=KEY), "`n_hidden` must be a whole number"),
        (lambda: excitatory_signs(0, 0.5), "`units` must be a whole number"),
        (areas(0, n_hidden=4), "`areas` must be a whole number, at least 1; got 0"),
        (areas(3, n_hidden=2), "`n_hidden` must be a whole number, at least 3; got 2"),
        (areas([4, 0]), r"`areas\[1\]` must be a whole number, at least 1; got 0"),
        (areas({"a": 0}), r"`areas\['a'\]` must be a whole number, at least 1"),
        (areas(backward=-0.5), r"`backward` must lie in \[0, 1\]; got -0.5"),
        (areas(within=1.5), r"`within` must lie in \[0, 1\]; got 1.5"),
        (areas(input_density=1.5), "`input_density` must lie in"),
        (areas(output_density=-1.0), "`output_density` must lie in"),
        (areas(inputs=-1), "`inputs` must be a whole number, at least 0"),
        (
            lambda: MultiAreaEI({"a": 5, "b": 5}, frac_excitatory={"a": 0.5}, key=KEY),
            r"`frac_excitatory` must name every area; got none for \['b'\]",
        ),
        (
            lambda: block({"E": 4}, {("e", "E"): 1.0}, key=KEY),
            r"`table \(post\)` must be a known name; got 'e'. Did you mean 'E'\?",
        ),
        (
            lambda: block({"E": 4}, excitatory=["I"], key=KEY),
            "`excitatory` must be a known name; got 'I'",
        ),
    ],
)
def test_invalid_arguments_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.usefixtures("as_for_a_user")
def test_groups_without_names_raise():
    with pytest.raises(ValueError, match="`units` must be a dictionary; got 5"):
        MultiIO(5, key=KEY)


def test_the_number_of_connections_of_a_block_may_be_zero():
    mask = block({"E": 4}, {("E", "E"): 0.0}, key=KEY)
    assert not np.asarray(mask.w_hid).any()
    assert isinstance(mask, cj.connectivity.Connectivity)
