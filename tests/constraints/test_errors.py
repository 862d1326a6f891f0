"""Invalid constraints and compositions raise errors that name the argument."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj

from .constraint_cases import MASK, SIGNS


KEY = jax.random.key(0)
ONES = np.ones((5, 5), bool)


def network(constraint, **options):
    settings = {"dt": 20.0, "tau": 100.0, "key": KEY, **options}
    return cj.EIRNN(
        1, 5, 1, frac_excitatory=0.6, constraints={"w_hid": constraint}, **settings
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.constraints.Chain(
                (cj.constraints.Masked(MASK), cj.constraints.Dale(SIGNS))
            ),
            "Dale after Masked",
        ),
        (
            lambda: cj.constraints.chain(
                cj.constraints.Dale(SIGNS), cj.constraints.NonNegative()
            ),
            "NonNegative after Dale",
        ),
        (
            lambda: cj.constraints.Chain((cj.constraints.Chain(()),)),
            "must be simple constraints; got Chain",
        ),
        (
            lambda: cj.constraints.Dale(np.array([1, 0, -1])),
            r"`signs` must be \+1 or -1",
        ),
        (
            lambda: cj.constraints.Dale(np.ones((2, 2))),
            r"`signs` must have shape \(pre,\)",
        ),
        (
            lambda: cj.constraints.Masked(np.ones((2, 2))),
            "`mask` must be boolean; got float64",
        ),
        (
            lambda: cj.constraints.Dale(np.ones(3)).check((3, 4)),
            "one entry for each of the columns",
        ),
        (
            lambda: cj.constraints.Masked(np.ones((3, 2), bool)).check((2, 3)),
            r"shape \(2, 3\) of the weights; got shape \(3, 2\). Axis 0 is post",
        ),
        (lambda: cj.constraints.Bounded(1.0, 1.0), "`low` must be below `high`"),
        (
            lambda: cj.constraints.SignMask(np.array([[2, 0]])),
            r"`signs` must be \+1, -1 or 0; got 2",
        ),
        (
            lambda: cj.constraints.SignMask(np.eye(2), free=np.eye(2, dtype=bool)),
            "`signs` must be 0 where `free` is True",
        ),
        (
            lambda: cj.constraints.SignMask(np.eye(2), free=ONES),
            "`free` must be boolean of the shape",
        ),
        (
            lambda: cj.constraints.Fixed(np.eye(2), plastic=np.eye(2, dtype=bool)),
            r"`plastic` must not overlap with the fixed synapses; got 2 of 4 ent",
        ),
        (
            lambda: cj.constraints.Fixed(np.full((2, 2), np.nan)),
            "`values` must be finite",
        ),
        (
            lambda: cj.constraints.Fixed(np.eye(2), where=np.eye(2)),
            "`where` must be boolean",
        ),
        (
            lambda: cj.constraints.LowRank(0),
            "`rank` must be a whole number, at least 1",
        ),
        (lambda: cj.constraints.SpectralRadiusBelow(-1.0), "`rho` must be positive"),
        (
            lambda: network(cj.constraints.SignMask(-np.ones((5, 5)))),
            "agree with the signs of",
        ),
        (
            lambda: network(cj.constraints.Fixed(np.eye(5))),
            r"`values` must satisfy the network's other constraints; got 5 .* \[0, 0\]",
        ),
        (
            lambda: network(cj.constraints.LowRank(1)),
            "not hold LowRank and Dale together",
        ),
        (
            lambda: network(cj.constraints.Symmetric()),
            "be symmetric themselves under Symmetric",
        ),
        (
            lambda: network(cj.constraints.Bounded(0.0, 1.0)),
            "bounds of -b and b where signs",
        ),
        (
            lambda: network(
                cj.constraints.Bounded(-1.0, 1.0), sign_map=cj.constraints.Softplus()
            ),
            "not combine Bounded with a sign constraint that uses Softplus",
        ),
        (
            lambda: network(
                cj.constraints.chain(
                    cj.constraints.Masked(np.tri(5, dtype=bool)),
                    cj.constraints.RowBalanced(),
                )
            ),
            r"row 0 without excitatory synapses",
        ),
        (
            lambda: network(cj.constraints.Masked(np.ones((4, 5), bool))),
            "Axis 0 is post",
        ),
        (
            lambda: cj.CTRNN(
                2,
                5,
                1,
                dt=1.0,
                tau=9.0,
                key=KEY,
                constraints={"w_in": cj.constraints.Masked(np.ones((2, 5), bool))},
            ),
            r"shape \(5, 2\) of the weights; got shape \(2, 5\). .* Transpose it",
        ),
        (
            lambda: cj.CTRNN(
                2,
                5,
                1,
                dt=1.0,
                tau=9.0,
                key=KEY,
                constraints={"w_in": cj.constraints.Skew()},
            ),
            "Skew is for square weights",
        ),
        (
            lambda: cj.constraints.Bounded(np.zeros(3), 1.0).check((2, 3)),
            r"`low` must be a number, or have the shape \(2, 3\) .* got shape \(3,\)",
        ),
        (
            lambda: cj.constraints.LowRank(3).check((2, 4)),
            r"`rank` must be at most the smaller side of \(2, 4\); got 3",
        ),
        (
            lambda: cj.constraints.RowBalanced().check((4,)),
            "RowBalanced is for matrices",
        ),
        (
            lambda: cj.constraints.Chain(
                (cj.constraints.NoAutapses(), cj.constraints.Bounded(-1.0, 1.0))
            ),
            "Bounded after NoAutapses",
        ),
    ],
)
def test_invalid_constraints_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()
