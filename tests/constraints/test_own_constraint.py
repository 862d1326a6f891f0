"""Constraints from outside the package work wherever those of the package do."""

import itertools

from canonical import TASK
import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
UNITS, STEP, LIMIT = 6, 0.125, 0.75
SIGNS = np.array([1, 1, 1, 1, -1, -1])
MASK = np.random.default_rng(0).random((UNITS, UNITS)) > 0.3


@jax.custom_jvp
def nearest_multiple(raw, step):
    """Return the nearest multiple of a step, with the gradient of the argument."""
    return step * jnp.round(raw / step)


nearest_multiple.defjvps(lambda tangent, *_: tangent, None)


class Quantised(cj.constraints.AbstractConstraint):
    """Each weight is a multiple of a step: an elementwise constraint."""

    step: jax.Array
    place = cj.constraints.Place.BOUNDS

    def effective(self, raw):
        return nearest_multiple(raw, self.step.astype(raw.dtype))

    def excludes(self, other):
        """Exclude constraints that average or scale weights."""
        averages = other.place in (
            cj.constraints.Place.SYMMETRY,
            cj.constraints.Place.BALANCE,
            cj.constraints.Place.RADIUS,
        )
        return "The weights would not stay multiples." if averages else None


class RowNormBelow(cj.constraints.AbstractConstraint):
    """Rows have at most this norm. The nearest point scales a row, which keeps signs.

    Together with a cone (signs, masks), the projection onto the cone followed by that
    onto the ball is the nearest point of both.
    """

    most: jax.Array
    place = cj.constraints.Place.RADIUS

    def effective(self, raw):
        norm = jnp.linalg.norm(raw, axis=1, keepdims=True)
        most = self.most.astype(raw.dtype)
        is_long = norm > most
        return jnp.where(is_long, raw * (most / jnp.where(is_long, norm, most)), raw)

    def violations(self, weights):
        norm = jnp.linalg.norm(weights, axis=1, keepdims=True)
        most = self.most.astype(weights.dtype)
        tolerance = 1 + 8 * jnp.finfo(weights.dtype).eps
        return jnp.broadcast_to(~(norm <= most * tolerance), weights.shape)

    def check(self, shape, earlier=None):
        if len(shape) != 2:
            raise ValueError("RowNormBelow is for matrices.")


def quantise(w):
    return STEP * np.round(w / STEP)


def limit_rows(w):
    norms = np.linalg.norm(w, axis=1, keepdims=True)
    return w * LIMIT / np.maximum(norms, LIMIT)


OWN = {
    "quantised": (Quantised(jnp.array(STEP)), quantise),
    "row norm": (RowNormBelow(jnp.array(LIMIT)), limit_rows),
}
every_own = pytest.mark.parametrize("name", OWN)
OTHERS = (
    cj.constraints.Dale(SIGNS),
    cj.constraints.Masked(MASK),
    cj.constraints.NoAutapses(),
)


def on_cone(w):
    """Return the nearest weights under Dale's law and both masks, in NumPy."""
    exists = MASK & ~np.eye(UNITS, dtype=bool) & (w * SIGNS > 0)
    return np.where(exists, w, 0.0)


def network(kind, own, key=KEY, **options):
    constraint = cj.constraints.chain(cj.constraints.Masked(MASK), own)
    options = {"tau": 100.0, **options}
    return kind(
        2, UNITS, 2, dt=20.0, dtype=jnp.float32, key=key,
        constraints={"w_hid": constraint}, **options,
    )  # fmt: skip


effective = eqx.filter_jit(lambda chained, raw: chained.effective(raw))
violations = eqx.filter_jit(lambda chained, weights: chained.violations(weights))


@every_own
def test_it_is_chained_in_every_order_of_the_arguments(name):
    own, in_numpy = OWN[name]
    raw = np.random.default_rng(1).normal(size=(UNITS, UNITS))
    signed = np.where(MASK & ~np.eye(UNITS, dtype=bool), np.abs(raw) * SIGNS, 0.0)
    chains = [
        cj.constraints.chain(*parts) for parts in itertools.permutations((own, *OTHERS))
    ]
    for chained in chains:
        places = [link.place for link in cj.constraints.links_of(chained)]
        assert places == sorted(places)
        assert len(places) == 4
        # masks of two kinds keep their order, which makes no difference
        close(effective(chained, raw), in_numpy(signed))
        assert not np.asarray(violations(chained, in_numpy(signed))).any()


@every_own
def test_violations_can_fail(name):
    own, in_numpy = OWN[name]
    chained = cj.constraints.chain(own, *OTHERS)
    w = in_numpy(on_cone(np.random.default_rng(2).normal(size=(UNITS, UNITS))))
    assert not np.asarray(violations(chained, w)).any()
    row, column = np.argwhere(w)[0]
    for wrong in (0.3 * STEP + 2 * LIMIT * SIGNS[column], np.nan, -w[row, column]):
        broken = w.copy()
        broken[row, column] = wrong
        assert np.asarray(violations(chained, broken))[row, column]


@every_own
def test_the_projection_is_the_nearest_point(name):
    own, in_numpy = OWN[name]
    chained = cj.constraints.chain(own, *OTHERS)
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(UNITS, UNITS))
    projected = np.asarray(jax.jit(lambda raw: chained.project(raw))(raw))
    close(projected, in_numpy(on_cone(raw)))
    assert not np.asarray(violations(chained, projected)).any()
    for scale in np.repeat((0.01, 0.1, 1.0), 100):
        other = in_numpy(on_cone(projected + scale * rng.normal(size=raw.shape)))
        nearest, distance = (np.linalg.norm(w - raw) for w in (projected, other))
        assert nearest <= distance + 1e-12


def test_it_says_what_it_excludes():
    own = OWN["quantised"][0]
    for other in (cj.constraints.Symmetric(), cj.constraints.RowBalanced()):
        message = f"not hold Quantised and {type(other).__name__} together; got both. T"
        with pytest.raises(ValueError, match=message):
            cj.constraints.chain(other, own)
    with pytest.raises(ValueError, match="got Bounded after Quantised"):
        cj.constraints.chain(own, cj.constraints.Bounded(-1.0, 1.0))
    with pytest.raises(ValueError, match="Signs and masks would change the rank"):
        cj.constraints.chain(own, cj.constraints.LowRank(1))
    with pytest.raises(ValueError, match="RowNormBelow is for matrices"):
        cj.CTRNN(
            1, 2, 1, dt=1.0, tau=9.0, constraints={"b_hid": OWN["row norm"][0]}, key=KEY
        )


class Doubled(cj.constraints.AbstractConstraint):
    """A constraint without anything but what is required."""

    place = cj.constraints.Place.FIXED

    def effective(self, raw):
        return raw


def test_no_constraint_of_a_user_is_dropped_from_a_chain():
    chained = cj.constraints.chain(
        Doubled(), cj.constraints.NoAutapses(), cj.constraints.Free()
    )
    names = [type(link).__name__ for link in cj.constraints.links_of(chained)]
    assert names == ["NoAutapses", "Doubled"]
    assert vars(cj.constraints.Free)["__final__"]  # a subclass would be a type error


def test_a_subclass_of_free_is_not_dropped():
    class Own(cj.constraints.Free):  # pyright: ignore[reportGeneralTypeIssues]
        place = cj.constraints.Place.BOUNDS

        def effective(self, raw):
            return 2 * raw

    chained = cj.constraints.chain(Own(), cj.constraints.NoAutapses())
    close(chained.effective(jnp.ones((2, 2))), 2 * (1 - np.eye(2)))


def rollout_loop(weights, inputs, rate):
    """Return the potentials of a network without noise, in plain NumPy."""
    w = {name: np.asarray(x, float) for name, x in vars(weights).items()}
    v, potentials = w["v0"], []
    for u in inputs:
        v = v + 0.2 * (-v + w["w_hid"] @ rate(v) + w["w_in"] @ u + w["b_hid"])
        potentials.append(v)
    return np.array(potentials)


@pytest.mark.parametrize(
    ("name", "kind"), [("quantised", cj.EIRNN), ("row norm", cj.CTRNN)]
)
def test_effective_weights_and_rollouts_are_those_of_plain_loops(name, kind):
    own, in_numpy = OWN[name]
    net = network(kind, own, activation="tanh")
    shaken = eqx.tree_at(lambda n: n.raw.w_hid, net, 2 * net.raw.w_hid + 0.03)
    raw = np.asarray(shaken.raw.w_hid)
    mask = MASK if kind is cj.CTRNN else MASK & ~np.eye(UNITS, dtype=bool)
    signed = raw if kind is cj.CTRNN else np.abs(raw) * np.where(
        np.arange(UNITS) < net.n_excitatory, 1, -1
    )  # fmt: skip
    weights = cj.effective(shaken)
    expected = in_numpy(np.where(mask, signed, 0))
    close(weights.w_hid, expected.astype("float32"), dtype="float32")
    inputs = np.random.default_rng(4).normal(size=(30, 2))
    traj = cj.rollout(shaken, jnp.asarray(inputs, jnp.float32))
    expected = rollout_loop(weights, inputs, np.tanh)
    np.testing.assert_allclose(traj.potentials, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("quantised", cj.EIRNN),
        pytest.param("quantised", cj.CTRNN, marks=pytest.mark.slow),
        pytest.param("row norm", cj.CTRNN, marks=pytest.mark.slow),
        pytest.param("row norm", cj.EIRNN, marks=pytest.mark.slow),
    ],
)
@pytest.mark.usefixtures("optax_promotes")
def test_it_trains_resumes_and_is_saved(name, kind, tmp_path):
    """With learned time constants, which change and stay above dt."""
    own, _ = OWN[name]
    net = network(kind, own, tau=np.full(UNITS, 20.1), train_tau=True)
    assert int(cj.violations(net)) == 0
    options = {"num_updates": 6, "batch_size": 4, "key": jax.random.key(1)}
    optimiser = optax.adamw(0.05, weight_decay=0.1)
    trained = cj.fit(net, TASK, optimiser, **options).network
    assert int(cj.violations(trained)) == 0
    assert not np.allclose(trained.raw.w_hid, net.raw.w_hid)
    if name == "quantised":
        assert not (np.asarray(cj.effective(trained).w_hid) % STEP).any()
    tau = np.asarray(trained.tau)
    assert np.all(tau >= 20.0)
    assert np.ptp(tau) > 0.1
    assert float(trained.dt) == 20.0

    with cj.Checkpoints(tmp_path / "run", every=2) as checkpoints:
        cj.fit(net, TASK, optimiser, **options | {"num_updates": 4},
               checkpoints=checkpoints)  # fmt: skip
    with cj.Checkpoints(tmp_path / "run", every=2) as checkpoints:
        again = cj.fit(
            net, TASK, optimiser, **options, checkpoints=checkpoints, resume=True
        )
    assert identical(again.network.raw, trained.raw)

    path = cj.save(tmp_path / "net", trained)
    back = cj.load(path, classes=[type(own)])
    assert identical(back, trained)
    message = rf"unknown class '{type(own).__name__}'. If it is yours, pass classes="
    with pytest.raises(cj.network.NetworkFileError, match=message):
        cj.load(path)


@pytest.mark.parametrize(
    "name", ["quantised", pytest.param("row norm", marks=pytest.mark.slow)]
)
def test_it_works_for_a_stack_of_networks(name):
    own, _ = OWN[name]
    keys = jax.random.split(KEY, 3)
    nets = [network(cj.EIRNN, own, key) for key in keys]
    stacked = cj.stack(nets)
    inputs = np.ones((5, 2), "float32")

    @jax.jit
    def run(net):
        return cj.effective(net).w_hid, cj.rollout(net, inputs).potentials

    weights, potentials = jax.jit(jax.vmap(run))(stacked)
    close(weights[1], run(nets[1])[0], dtype="float32")
    close(potentials[2], run(nets[2])[1], dtype="float32")
    assert not np.asarray(jax.jit(jax.vmap(cj.violations))(stacked)).any()
    build = eqx.filter_vmap(lambda key: network(cj.EIRNN, own, key))
    built = eqx.filter_jit(build)(keys)
    close(built.raw, stacked.raw, dtype="float32")


class OfNumPy(cj.constraints.AbstractConstraint):
    """Weights that are not negative, by a function of NumPy."""

    place = cj.constraints.Place.BOUNDS

    def effective(self, raw):
        return np.maximum(raw, 0)


@pytest.mark.parametrize("weights", [None, np.ones((3, 3))])
def test_a_constraint_of_numpy_is_named(weights):
    with pytest.raises(ValueError, match="`OfNumPy` must use jax"):
        cj.CTRNN(
            1, 3, 1, dt=10.0, tau=50.0, w_hid=weights,
            constraints={"w_hid": OfNumPy()}, key=jax.random.key(0),
        )  # fmt: skip
