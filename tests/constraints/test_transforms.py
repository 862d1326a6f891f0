"""Each constraint by itself: what its docstring promises beyond the shared battery."""

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.constraints import Factors, fold, radius_bound


KEY = jax.random.key(0)
SIGNS = np.array([1, 1, 1, -1])


def test_bounds_are_reached_and_nothing_is_ever_stuck():
    """A strip folded at both ends: slope +1 or -1 everywhere, +1 at the bounds."""
    b = cj.constraints.Bounded(-0.5, 1.0)
    x = jnp.array([-3.5, -2.0, -0.9, -0.5, 0.2, 1.0, 1.4, 2.5, 4.0])
    w = b.effective(x)
    close(w, np.array([-0.5, 1.0, -0.1, -0.5, 0.2, 1.0, 0.6, -0.5, 1.0]))
    slopes = jax.vmap(jax.grad(lambda x: b.effective(x[None])[0]))(x)
    assert np.all(np.abs(slopes) == 1)
    np.testing.assert_array_equal(slopes[3:6], 1.0)
    middle = jnp.array([-1.3, 1.2, 1.9, 3.1])
    h = 1e-6
    numeric = (b.effective(middle + h) - b.effective(middle - h)) / (2 * h)
    np.testing.assert_allclose(
        jax.vmap(jax.grad(lambda x: b.effective(x[None])[0]))(middle),
        numeric,
        atol=1e-8,
    )


def test_a_bound_that_moves_has_a_gradient():
    """Of a reflected value with one bound: w = 2 low - x."""
    value = lambda low: fold(jnp.asarray(1.0), low, jnp.asarray(jnp.inf))
    assert float(value(jnp.asarray(1.5))) == 2.0
    assert float(jax.grad(value)(jnp.asarray(1.5))) == 2.0
    assert float(jax.grad(value)(jnp.asarray(0.5))) == 0.0


def test_sign_masks_fix_zero_as_absent_not_negative():
    """nn4n turns 0 into -1 (`ctrnn.py:290-293`)."""
    signs = np.array([[1, 0], [-1, 1]])
    w = np.asarray(cj.constraints.SignMask(signs).effective(jnp.full((2, 2), -2.0)))
    np.testing.assert_array_equal(w, 2.0 * signs)


def test_fixed_weights_stay_and_the_others_train():
    """W = M_plastic * W + M_fixed (Song, Yang & Wang 2016, eq. 13)."""
    values = np.array([[0.0, -0.7], [0.2, 0.0]])
    plastic = np.array([[True, False], [False, False]])
    fixed = cj.constraints.Fixed(values, plastic=plastic)
    w = np.asarray(fixed.effective(jnp.full((2, 2), 5.0)))
    np.testing.assert_array_equal(w, [[5.0, -0.7], [0.2, 0.0]])
    grad = jax.grad(lambda r: fixed.effective(r).sum())(jnp.zeros((2, 2)))
    np.testing.assert_array_equal(np.asarray(grad) != 0, plastic)
    zero = cj.constraints.Fixed(np.zeros((2, 2)), where=np.eye(2, dtype=bool))
    np.testing.assert_array_equal(zero.effective(jnp.ones((2, 2))), 1 - np.eye(2))


def test_low_rank_weights_have_that_rank_and_known_factors():
    """W = m n^T / N; an outer product comes back from its factors."""
    rng = np.random.default_rng(0)
    m, n = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    constraint = cj.constraints.LowRank(2)
    w = constraint.effective(Factors(jnp.asarray(m), jnp.asarray(n)))
    np.testing.assert_allclose(w, m @ n.T / 6, rtol=1e-12)
    assert np.linalg.matrix_rank(np.asarray(w)) == 2
    close(constraint.effective(constraint.raw(w)), w)
    assert not np.asarray(constraint.violations(w)).any()
    assert np.asarray(constraint.violations(jnp.asarray(rng.normal(size=(6, 6))))).any()
    for bad in (np.inf, np.nan):
        assert np.asarray(constraint.violations(w.at[0, 1].set(bad)))[0, 1]
    noise = rng.normal(size=(6, 6))
    mixed = cj.constraints.LowRank(1, background=noise)
    w = mixed.effective(Factors(jnp.asarray(m[:, :1]), jnp.asarray(n[:, :1])))
    assert np.linalg.matrix_rank(np.asarray(w) - noise) == 1
    close(mixed.effective(mixed.raw(w)), w)


def test_a_low_rank_network_trains_its_factors_and_is_saved(tmp_path):
    net = cj.CTRNN(
        2,
        12,
        1,
        dt=10.0,
        tau=100.0,
        key=KEY,
        constraints={"w_hid": cj.constraints.LowRank(2)},
    )
    assert net.raw.w_hid.m.shape == (12, 2)
    assert int(cj.violations(net)) == 0
    assert cj.trainable(net).raw.w_hid.m is True
    assert net.n_hidden == 12
    assert np.linalg.matrix_rank(np.asarray(cj.effective(net).w_hid), tol=1e-6) == 2
    grads = jax.grad(lambda net: cj.rollout(net, jnp.ones((5, 2))).outputs.sum())(net)
    assert np.asarray(grads.raw.w_hid.n).any()
    assert identical(cj.load(cj.save(tmp_path / "net", net)), net)
    with pytest.raises(ValueError, match="must satisfy its constraint, LowRank"):
        cj.replace(net, w_hid=np.eye(12))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [1, 8, 60])
def test_the_radius_bound_is_above_and_near(seed, n):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(n, n))
    w[:, : n // 2] = np.abs(w[:, : n // 2])  # an outlier, far from normal
    radius = np.abs(np.linalg.eigvals(w)).max()
    bound = float(radius_bound(jnp.asarray(w)))
    assert radius * (1 - 1e-12) <= bound <= 1.01 * radius
    limited = np.asarray(
        cj.constraints.SpectralRadiusBelow(0.9).effective(jnp.asarray(w))
    )
    assert 0.9 / 1.01 <= np.abs(np.linalg.eigvals(limited)).max() <= 0.9 * (
        1 + 1e-9
    ) or (radius < 0.9)


def test_the_radius_bound_of_a_large_normal_matrix_is_as_near_as_its_docstring_says():
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(1000, 1000)))
    assert 1 <= float(radius_bound(jnp.asarray(q))) <= 1.002


def test_the_radius_bound_of_loopless_weights_is_finite_with_a_gradient():
    for w in (jnp.zeros((4, 4)), jnp.asarray(np.tri(4, k=-1)), jnp.full((3, 3), 1e300)):
        assert np.isfinite(float(radius_bound(w)))
        assert np.isfinite(np.asarray(jax.grad(radius_bound)(w))).all()


def test_a_radius_below_the_limit_is_left_alone():
    w = 0.05 * jax.random.normal(KEY, (10, 10))
    assert identical(cj.constraints.SpectralRadiusBelow(0.8).effective(w), w)


def test_rows_are_balanced_by_scaling_down_the_larger_side():
    w = jnp.array([[3.0, 1.0, -2.0], [1.0, -2.0, -2.0], [1.0, 1.0, 0.0]])
    got = cj.constraints.RowBalanced().effective(w)
    close(got, np.array([[1.5, 0.5, -2.0], [1.0, -0.5, -0.5], [0.0, 0.0, 0.0]]))
    assert np.isfinite(
        np.asarray(
            jax.grad(lambda w: cj.constraints.RowBalanced().effective(w).sum())(w)
        )
    ).all()


def test_learned_time_constants_stay_above_dt():
    """Whatever the parameter; per unit and under a bound of the user's."""
    for tau in (50.0, np.array([10.0, 30.0, 100.0])):
        net = cj.CTRNN(1, 3, 1, dt=10.0, tau=tau, train_tau=True, key=KEY)
        assert cj.trainable(net).raw.tau is True
        for value in (-1e3, 3.0, 10.0, 40.0):
            moved = jax.tree.map(lambda x: x, net)
            object.__setattr__(moved.raw, "tau", jnp.full(np.shape(tau), value))
            assert np.all(np.asarray(moved.tau) >= 10.0)
            assert int(cj.violations(moved)) == 0
            traj = cj.rollout(moved, jnp.ones((4, 1)))
            assert np.isfinite(np.asarray(traj.rates)).all()
        close(net.tau, np.asarray(tau))
        grads = jax.grad(lambda n: cj.rollout(n, jnp.ones((9, 1))).rates.sum())(net)
        assert np.asarray(grads.raw.tau).all()
    bounded = cj.CTRNN(
        1, 3, 1, dt=10.0, tau=50.0, train_tau=True, key=KEY,
        constraints={"tau": cj.constraints.Bounded(20.0, 200.0)},
    )  # fmt: skip
    object.__setattr__(bounded.raw, "tau", jnp.asarray(205.0))
    assert float(bounded.tau) == 195.0
    broken = cj.effective(bounded)
    object.__setattr__(broken, "tau", jnp.asarray(5.0))
    assert int(cj.violations(bounded, broken)) == 2  # the bound, and dt


def test_another_dt_leaves_a_learned_tau_as_it_is():
    """The parameter is reflected at dt, so it is set anew; no tau is below dt."""
    net = cj.CTRNN(
        1, 2, 1, dt=20.0, tau=np.array([100.0, 40.0]), train_tau=True, key=KEY
    )
    object.__setattr__(net.raw, "tau", jnp.array([15.0, 30.0]))
    close(net.tau, np.array([25.0, 30.0]))
    for dt in (5.0, 10.0, 25.0):
        close(cj.replace(net, dt=dt).tau, net.tau)
    with pytest.raises(ValueError, match="`dt` must not exceed the learned tau, 25 ms"):
        cj.replace(net, dt=26.0, method=cj.ExponentialEuler())
    close(cj.replace(net, dt=10.0, tau=12.0 * np.ones(2)).tau, 12.0 * np.ones(2))


@pytest.mark.parametrize(
    "first",
    [
        cj.constraints.NonNegative(),
        cj.constraints.Bounded(-1.0, 1.0),
        cj.constraints.SignMask(np.array([[0, 1], [1, -1]])),
    ],
)
def test_projection_onto_symmetric_weights_is_the_nearest_point(first):
    """Against a search over symmetric 2 x 2 matrices that keep the other constraint."""
    chain = cj.constraints.chain(first, cj.constraints.Symmetric())
    grid = np.linspace(-6, 6, 481)
    for seed in range(3):
        x = np.random.default_rng(seed).normal(0, 2, (2, 2))
        got = np.asarray(chain.project(jnp.asarray(x)))
        assert not np.asarray(chain.violations(jnp.asarray(got))).any()
        best = np.zeros((2, 2))
        for i, j in ((0, 0), (1, 1), (0, 1)):
            aim = (x[i, j] + x[j, i]) / 2
            allowed = np.array([
                value for value in grid
                if not np.asarray(
                    first.violations(jnp.zeros((2, 2)).at[i, j].set(value))
                )[i, j]
            ])  # fmt: skip
            best[i, j] = best[j, i] = allowed[np.argmin(np.abs(allowed - aim))]
        np.testing.assert_allclose(got, best, atol=0.0126)


def test_chains_are_put_in_the_order_of_the_table():
    links = cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(1.0),
        cj.constraints.Masked(np.ones((4, 4), bool)),
        cj.constraints.RowBalanced(),
        cj.constraints.Dale(SIGNS),
        cj.constraints.NoAutapses(),
    ).links
    assert [type(link).__name__ for link in links] == [
        "Dale", "Masked", "NoAutapses", "RowBalanced", "SpectralRadiusBelow",
    ]  # fmt: skip
    raw = jax.random.normal(KEY, (4, 4))
    orders = (
        cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.NoAutapses()),
        cj.constraints.chain(cj.constraints.NoAutapses(), cj.constraints.Dale(SIGNS)),
    )
    assert identical(orders[0].effective(raw), orders[1].effective(raw))


def network(constraint, **options):
    settings = {"dt": 20.0, "tau": 100.0, "key": KEY, **options}
    return cj.EIRNN(
        1, 5, 1, frac_excitatory=0.6, constraints={"w_hid": constraint}, **settings
    )


ONES = np.ones((5, 5), bool)
LOWER = cj.constraints.Masked(np.tri(5, dtype=bool))


@pytest.mark.parametrize(
    ("make", "message"),
    [
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
            r"`plastic` must not overlap with the fixed synapses; got 2 that are both",
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
            "not bound a Softplus",
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
            lambda: cj.constraints.Chain(
                (cj.constraints.NoAutapses(), cj.constraints.Bounded(-1.0, 1.0))
            ),
            "Bounded after NoAutapses",
        ),
    ],
)
def test_bad_constraints_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
