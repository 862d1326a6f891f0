"""Every penalty against plain NumPy loops, and its gradient against differences."""

import functools

import equinox as eqx
from helpers import close, identical
import jax
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp
import numpy as np
from oracles import penalties as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss, penalties
from ctrnn_jax.penalties._gradient_propagation import sensitivities


N, TIME = 6, 7
ENDS = np.array([7, 4, 6])
KEY = jax.random.key(5)


def draw(seed, *shape):
    return np.asarray(jax.random.normal(jax.random.key(seed), shape))


PRESENT = draw(1, N, N) > -0.6
TARGET, IMPORTANCE, DISTANCES = draw(2, N, N), draw(3, N, N) ** 2, draw(4, N, N) ** 2


def network(seed=0, **options):
    """A network with Dale's law and a mask; softplus, to suit finite differences."""
    options = {
        "activation": "softplus",
        "noise": cj.DiffusionNoise(0.1),
        "constraints": {"w_hid": cj.constraints.Masked(PRESENT)},
        "train_v0": True,
        "train_tau": True,
        "b_hid": draw(10, N),
        "tau": np.linspace(60.0, 120.0, N),
        **options,
    }
    return cj.EIRNN(2, N, 2, dt=20.0, key=jax.random.key(seed), **options)


def trials(dtype=float):
    mask = np.ones((3, TIME, 2)) * (np.arange(TIME)[:, None] >= 2)
    mask = mask * (np.arange(TIME)[None, :, None] < ENDS[:, None, None])
    return cj.tasks.Trial(
        jnp.asarray(draw(6, 3, TIME, 2), dtype),
        jnp.asarray(draw(7, 3, TIME, 2), dtype),
        jnp.asarray(mask, dtype),
        {"t_end": jnp.asarray(ENDS), "is_catch": jnp.zeros(3, bool)},
        {},
    )


NET, TRIALS = network(), trials()
PENALTIES = {
    **{f"l1_{of}": penalties.WeightL1(1.0, of) for of in ("w_in", "w_hid", "w_out")},
    "l2_w_hid": penalties.WeightL2(1.0),
    "l2_b_hid": penalties.WeightL2(1.0, "b_hid"),
    "fro": penalties.ConnectivityNorm(1.0, TARGET),
    "fro_zero": penalties.ConnectivityNorm(1.0, of="w_out"),
    "l1_norm": penalties.ConnectivityNorm(1.0, 0.1, metric="l1"),
    "anchor": penalties.WeightAnchor(1.0, network(1), of=("w_hid", "w_out")),
    "ewc": penalties.WeightAnchor(
        1.0,
        cj.network.Weights(w_hid=TARGET),
        importance=cj.network.Weights(w_hid=IMPORTANCE),
    ),
    "wiring": penalties.WiringCost(1.0, DISTANCES, power=1.5),
    "rate_l1": penalties.RateL1(1.0),
    "rate_l2": penalties.RateL2(1.0),
    "mean_rate": penalties.MeanRate(1.0),
    **{
        kind: penalties.RateDispersion(1.0, kind)
        for kind in ("sd", "cv", "mean_absolute", "max_absolute")
    },
    "smooth": penalties.Smoothness(1.0),
    "predict": penalties.StatePrediction(1.0, 3),
    "hebbian": penalties.Hebbian(1.0),
    "entropy": penalties.Entropy(1.0),
    "kl": penalties.PopulationKL(1.0, "excitatory", "inhibitory", floor=1e-3),
    "kl_one_way": penalties.PopulationKL(
        1.0, "inhibitory", "excitatory", symmetric=False, floor=1e-3
    ),
    "isometry": penalties.DynamicalIsometry(1.0, steps=3),
    "omega": penalties.VanishingGradient(1.0, derivative="full"),
}


def output_loss(batch):
    return lambda y: cj.losses.masked_mse(y, batch.targets, batch.mask)


@jax.jit
def values(net, by_name, batch):
    """Return every penalty by name, for one rollout."""
    traj = cj.rollout(net, batch.inputs, key=KEY)
    loss = output_loss(batch)
    return {name: penalty(net, traj, batch, loss) for name, penalty in by_name.items()}


@functools.cache
def run():
    return cj.rollout(NET, TRIALS.inputs, key=KEY)


def run_numpy():
    return jax.tree.map(np.asarray, run())


def slope(v):
    return 1 / (1 + np.exp(-v))


def gain(net):
    return np.broadcast_to(np.asarray(net.dt / net.tau), (N,))


def direct():
    """Return the derivative of the masked error by each state through its output."""
    traj, w = run_numpy(), cj.effective(NET)
    error = np.asarray(TRIALS.mask) * (traj.outputs - np.asarray(TRIALS.targets))
    error = 2 * error / np.asarray(TRIALS.mask).sum()
    return np.einsum("bto,on->btn", error, np.asarray(w.w_out)) * slope(traj.potentials)


def expected():
    traj, w = run_numpy(), jax.tree.map(np.asarray, cj.effective(NET))
    r, v = traj.rates, traj.potentials
    in_hid = np.asarray(PRESENT & ~np.eye(N, dtype=bool))
    in_out = np.broadcast_to(np.arange(N) < 5, (2, N))  # excitatory units only
    in_in = np.ones((N, 2), bool)
    mean = oracle.over_synapses
    other = jax.tree.map(np.asarray, cj.effective(network(1)))

    def squares(x, y, where):
        return mean(x, where, lambda w, i: (w - y[i]) ** 2)

    n_hid, n_out = in_hid.sum(), in_out.sum()
    before = np.concatenate([np.broadcast_to(w.v0, (3, 1, N)), v[:, :-1]], axis=1)
    d = oracle.sensitivities(v, direct(), w.w_hid, gain(NET), slope)
    kl = functools.partial(oracle.population_kl, r, ENDS, floor=1e-3)
    groups = (range(5), range(5, 6))

    def change(shift):
        return lambda b, t: np.mean((r[b, t] - r[b, t - shift]) ** 2)

    step_mean = functools.partial(oracle.over_steps, ENDS)
    return {
        "l1_w_in": mean(w.w_in, in_in, lambda w, i: abs(w)),
        "l1_w_hid": mean(w.w_hid, in_hid, lambda w, i: abs(w)),
        "l1_w_out": mean(w.w_out, in_out, lambda w, i: abs(w)),
        "l2_w_hid": mean(w.w_hid, in_hid, lambda w, i: w**2),
        "l2_b_hid": mean(w.b_hid, np.ones(N, bool), lambda w, i: w**2),
        "fro": (squares(w.w_hid, TARGET, in_hid) * n_hid) ** 0.5,
        "fro_zero": (w.w_out**2).sum() ** 0.5,
        "l1_norm": mean(w.w_hid, in_hid, lambda w, i: abs(w - 0.1)) * n_hid,
        "anchor": (
            squares(w.w_hid, other.w_hid, in_hid) * n_hid
            + squares(w.w_out, other.w_out, in_out) * n_out
        )
        / (n_hid + n_out),
        "ewc": mean(w.w_hid, in_hid, lambda w, i: IMPORTANCE[i] * (w - TARGET[i]) ** 2),
        "wiring": mean(w.w_hid, in_hid, lambda w, i: abs(w) * DISTANCES[i] ** 1.5),
        "rate_l1": step_mean(lambda b, t: np.mean(abs(r[b, t]))),
        "rate_l2": step_mean(lambda b, t: np.mean(r[b, t] ** 2)),
        "mean_rate": np.mean(oracle.mean_rates(r, ENDS) ** 2),
        **{
            kind: oracle.dispersion(r, ENDS, kind)
            for kind in ("sd", "cv", "mean_absolute", "max_absolute")
        },
        "smooth": step_mean(change(1), first=1) / 20.0**2,
        "predict": step_mean(change(3), first=3),
        "hebbian": oracle.hebbian(r, ENDS, w.w_hid),
        "entropy": oracle.entropy(r, ENDS),
        "kl": kl(*groups, symmetric=True),
        "kl_one_way": kl(*groups[::-1], symmetric=False),
        "isometry": oracle.isometry(before, ENDS, w.w_hid, gain(NET), slope, (1, 3, 5)),
        "omega": oracle.omega(v, d, w.w_hid, gain(NET), slope, 1e-20),
    }


@functools.cache
def oracles():
    return expected()


@functools.cache
def computed():
    return values(NET, PENALTIES, TRIALS)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_matches_its_numpy_loop(name):
    scale = 1e3 if name.startswith("kl") else 1.0  # the oracle is a quadrature
    assert oracles()[name] > 1e-6
    close(computed()[name], np.asarray(oracles()[name]), scale=scale)


@jax.jit
def of_time_major():
    """Return every penalty for a trajectory with time as its first axis."""
    inputs = jnp.moveaxis(TRIALS.inputs, 1, 0)
    traj = cj.rollout(NET, inputs, key=KEY, time_major=True)
    assert traj.rates.shape == traj.potentials.shape == (TIME, 3, N)
    loss = output_loss(TRIALS)
    return {name: p(NET, traj, TRIALS, loss) for name, p in PENALTIES.items()}


def test_penalties_accept_trajectories_with_time_first():
    close(of_time_major(), computed())


PARAMS, STATIC = eqx.partition(NET, cj.trainable(NET))
FLAT, SHAPED = ravel_pytree(PARAMS)
network_at = jax.jit(lambda flat: eqx.combine(SHAPED(flat), STATIC))


def at(flat):
    """Return every penalty at these parameters, as an array."""
    by_name = values(network_at(flat), PENALTIES, TRIALS)
    return np.array([by_name[name] for name in PENALTIES])


@jax.jit
def jacobian_of_values(flat):
    """Return the derivatives of the penalties in reverse mode, one after the other."""

    def listed(flat):
        return values(network_at(flat), PENALTIES, TRIALS)

    zeros = dict.fromkeys(PENALTIES, 0.0)
    pull = jax.vjp(listed, flat)[1]
    cotangents = [zeros | {name: 1.0} for name in PENALTIES]
    stacked = jax.tree.map(lambda *x: jnp.asarray(np.array(x)), *cotangents)
    return jax.lax.map(lambda cotangent: pull(cotangent)[0], stacked)


@functools.cache
def derivatives():
    """Return derivatives along some directions: reverse mode, central differences."""
    h, flat = 1e-5, np.asarray(FLAT)
    directions = np.sign(draw(9, 4, flat.size))
    differences = [(at(flat + h * d) - at(flat - h * d)) / (2 * h) for d in directions]
    jacobian = np.asarray(jacobian_of_values(flat))
    return jacobian @ directions.T, np.stack(differences, axis=1)


@pytest.mark.parametrize("name", PENALTIES)
def test_the_gradient_of_a_penalty_matches_finite_differences(name):
    exact, differences = (x[list(PENALTIES).index(name)] for x in derivatives())
    assert np.abs(differences).max() > 1e-6
    bound = 1e-6 * (np.abs(differences).max() + 1)
    np.testing.assert_allclose(exact, differences, rtol=1e-5, atol=bound)


def probed_loss(net, batch, form):
    """Return the output loss as a function of a number added to each state."""
    w, f = cj.effective(net), net.activation
    g = net.dt / net.tau

    def loss(probe):
        def step(v, x):
            u, extra = x
            current = w.w_hid @ (f(v) if form == "current" else v)
            current = current + w.w_in @ u + w.b_hid
            target = current if form == "current" else f(current)
            v = v + g * (target - v) + extra
            r = f(v) if form == "current" else v
            return v, w.w_out @ r + w.b_out

        def outputs_of(u, extra):
            return jax.lax.scan(step, w.v0, (u, extra))[1]

        y = jax.vmap(outputs_of)(batch.inputs, probe)
        return cj.losses.masked_mse(y, batch.targets, batch.mask)

    return loss


@pytest.mark.parametrize("form", ["current", "rate"])
def test_sensitivities_are_derivatives_by_an_addition_to_each_state(form):
    strategy = {"current": cj.dynamics.CurrentForm(), "rate": cj.dynamics.RateForm()}[
        form
    ]
    net = network(noise=None, form=strategy, activation="tanh")
    probed, loss = probed_loss(net, TRIALS, form), output_loss(TRIALS)

    @jax.jit
    def both():
        traj = cj.rollout(net, TRIALS.inputs)
        w, v, y = cj.effective(net), traj.potentials, traj.outputs

        def outputs_of(v):
            return net.form.rates(v, net.activation) @ w.w_out.T

        # the derivative by a state through the output of the same step only
        (direct,) = jax.vjp(outputs_of, v)[1](jax.grad(loss)(y))
        total = jax.grad(probed)(jnp.zeros((3, TIME, N)))
        results = sensitivities(net, w, jnp.moveaxis(v, 1, 0), y, TRIALS.inputs, loss)
        return results, jnp.moveaxis(total, 1, 0), jnp.moveaxis(direct, 1, 0)

    (d_next, pulled), total, direct = both()
    close(d_next, total[1:])
    close(pulled, (total - direct)[:-1])
    assert np.abs(pulled).max() > 1e-3


def test_the_immediate_derivative_is_by_the_weights_in_the_jacobian_alone():
    """Finite differences of W in J_t, with constant states and d_t."""
    penalty = penalties.VanishingGradient(derivative="immediate")
    assert penalties.VanishingGradient().weight == 2.0  # as in the paper's code

    def omega(params):
        return values(eqx.combine(params, STATIC), {"": penalty}, TRIALS)[""]

    value, grads = jax.jit(jax.value_and_grad(omega))(PARAMS)
    close(value, computed()["omega"])
    v, w = run_numpy().potentials, np.asarray(cj.effective(NET).w_hid)
    d = oracle.sensitivities(v, direct(), w, gain(NET), slope)

    def omega_of(raw):
        w = np.asarray(NET.constraints.w_hid.effective(jnp.asarray(raw)))
        return oracle.omega(v, d, w, gain(NET), slope, 1e-20)

    raw, h = np.asarray(NET.raw.w_hid), 1e-5
    for seed in range(3):
        direction = draw(seed, N, N)
        plus, minus = (omega_of(raw + s * h * direction) for s in (1, -1))
        slope_along = np.sum(np.asarray(grads.raw.w_hid) * direction)
        np.testing.assert_allclose(slope_along, (plus - minus) / (2 * h), rtol=1e-6)
    assert not np.asarray(grads.raw.w_hid)[~PRESENT].any()
    rest = eqx.tree_at(lambda p: p.raw.w_hid, grads, None)
    assert not any(np.any(x) for x in jax.tree.leaves(rest))

    def omega_of_targets(targets):
        moved = eqx.tree_at(lambda trials: trials.targets, TRIALS, targets)
        return values(NET, {"": penalty}, moved)[""]

    # d_t depends on the targets, but is constant
    assert not np.any(jax.jit(jax.grad(omega_of_targets))(TRIALS.targets))


def test_steps_below_the_bound_do_not_count():
    """No step counts for a bound above every |d|^2, some for a bound between them."""
    w, v = np.asarray(cj.effective(NET).w_hid), run_numpy().potentials
    d = oracle.sensitivities(v, direct(), w, gain(NET), slope)
    sizes = (d[:, 1:] ** 2).sum(axis=-1)
    middle = float(np.median(sizes[sizes > 0]))
    by_bound = {
        str(bound): penalties.VanishingGradient(bound=bound)
        for bound in (middle, 2 * sizes.max())
    }
    some, none = values(NET, by_bound, TRIALS).values()
    close(some, np.asarray(oracle.omega(v, d, w, gain(NET), slope, middle)))
    assert abs(some - computed()["omega"]) > 1e-3
    assert none == 0


def test_padding_has_no_influence():
    """Rates after the end of a trial change no penalty on rates."""
    traj = run()
    after = np.arange(TIME)[None, :, None] >= ENDS[:, None, None]
    other = eqx.tree_at(lambda t: t.rates, traj, jnp.where(after, 100.0, traj.rates))
    of_rates = {n: p for n, p in PENALTIES.items() if p.needs == ("rates",)}
    assert len(of_rates) == 13

    @jax.jit
    def again(traj):
        loss = output_loss(TRIALS)
        return {n: p(NET, traj, TRIALS, loss) for n, p in of_rates.items()}

    close(again(other), {name: computed()[name] for name in of_rates})


def test_silent_networks_have_finite_penalties_and_gradients():
    """Roots and logarithms have no derivative without activity or differences."""
    net = network(
        activation="linear",
        noise=None,
        w_in=np.zeros((N, 2)),
        b_hid=np.zeros(N),
        b_out=np.ones(2),
    )

    names = ("fro_zero", "anchor", "sd", "cv", "entropy", "kl", "hebbian", "omega")
    at_risk = {name: PENALTIES[name] for name in names}

    @jax.jit
    @functools.partial(jax.value_and_grad, has_aux=True)
    def total(params):
        by_name = values(eqx.combine(params, net), at_risk, TRIALS)
        return sum(by_name.values()), by_name

    (_, by_name), grads = total(eqx.filter(net, cj.trainable(net)))
    assert all(np.isfinite(x) for x in by_name.values())
    assert by_name["entropy"] == by_name["sd"] == by_name["cv"] == 0
    assert all(np.isfinite(x).all() for x in jax.tree.leaves(grads))


def test_negative_rates_are_left_out_of_the_entropy():
    rates = np.where(draw(8, 3, TIME, N) > 0.7, 0.0, draw(9, 3, TIME, N))
    rates[0, 0] = -1.0
    rates[0, 1] = [0, 0, 2, 0, 0, -3]

    def entropy(rates):
        traj = eqx.tree_at(lambda t: t.rates, run(), rates)
        return penalties.Entropy(1.0)(NET, traj, TRIALS, output_loss(TRIALS))

    value, grad = jax.jit(jax.value_and_grad(entropy))(jnp.asarray(rates))
    close(value, np.asarray(oracle.entropy(rates, ENDS)))
    assert np.isfinite(grad).all()
    assert not np.asarray(grad)[rates <= 0].any()


def test_float32_stays_float32():
    net, batch = cj.astype(NET, jnp.float32), trials(jnp.float32)

    # a gradient has the dtype of its parameter
    shapes = jax.eval_shape(lambda net: values(net, PENALTIES, batch), net)
    assert {x.dtype for x in jax.tree.leaves(shapes)} == {jnp.dtype("float32")}


@pytest.mark.slow
def test_float32_is_near_float64():
    # without noise, as the draws of the two dtypes differ
    noise_free = cj.replace(NET, noise=cj.DiffusionNoise(0.0))
    net, batch = cj.astype(noise_free, jnp.float32), trials(jnp.float32)
    by_name = values(net, PENALTIES, batch)
    for name, value in values(noise_free, PENALTIES, TRIALS).items():
        np.testing.assert_allclose(by_name[name], value, rtol=1e-4, err_msg=name)


@pytest.mark.slow
def test_many_networks_at_once():
    nets = [network(seed) for seed in range(3)]
    of_stack = jax.vmap(lambda net: values(net, PENALTIES, TRIALS))(cj.stack(nets))
    for i, net in enumerate(nets):
        alone = values(net, PENALTIES, TRIALS)
        close({name: x[i] for name, x in of_stack.items()}, alone)


def test_terms_add_up_and_other_weights_do_not_recompile():
    task = cj.tasks.PerceptualDecision()
    kinds = (penalties.RateL2, penalties.WeightL1, penalties.VanishingGradient)
    traces = []

    @jax.jit
    def of(net, loss):
        traces.append(loss)
        traj = cj.rollout(net, TRIALS.inputs, key=KEY)
        return loss(task, net, traj, TRIALS)

    for weights in ((0.3, 2.0, 1.5), (0.0, 1.0, 2.0)):
        named = {k.__name__: k(w) for k, w in zip(kinds, weights, strict=True)}
        total, terms = of(NET, Loss(**named))
        close(total, sum(terms.values()))
        assert set(terms) == {"task", *named}
        for kind, key, weight in zip(
            kinds, ("rate_l2", "l1_w_hid", "omega"), weights, strict=True
        ):
            close(terms[kind.__name__], weight * computed()[key])
    assert len(traces) == 1


def test_networks_of_one_unit_and_trials_of_one_step():
    net = cj.CTRNN(1, 1, 1, dt=20.0, tau=100.0, key=jax.random.key(0))
    batch = jax.tree.map(lambda x: x[:, :1, :1] if x.ndim == 3 else x, TRIALS)
    by_kind = {
        "sd": penalties.RateDispersion(1.0),
        "smooth": penalties.Smoothness(1.0),
        "omega": penalties.VanishingGradient(),
        "isometry": penalties.DynamicalIsometry(1.0),
    }
    by_name = values(net, by_kind, batch)
    assert by_name["sd"] == by_name["smooth"] == by_name["omega"] == 0
    j = 0.8 + 0.2 * float(cj.effective(net).w_hid[0, 0])  # at v0 = 0, where tanh' = 1
    close(by_name["isometry"], np.asarray((j**2 - 1) ** 2))


def plain(**options):
    return cj.CTRNN(2, N, 2, dt=20.0, tau=100.0, key=jax.random.key(0), **options)


PLASTIC = plain(synapses=cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45))
NOISY = plain(noise=cj.StepNoise(rate=0.1))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "net", "message"),
    [
        (
            lambda: penalties.PopulationKL(1.0, "a", "b", symmetric="no"),
            NET,
            "`symmetric` must be True or False; got 'no'",
        ),
        (lambda: penalties.RateL2(-1.0), NET, "`weight` must not be negative; got -1"),
        (lambda: penalties.WeightL1(1.0, "w_hidden"), NET, "Did you mean 'w_hid'"),
        (
            lambda: penalties.WeightL2(1.0, "b_hid"),
            plain(use_bias_hid=False),
            "use_bias_h",
        ),
        (
            lambda: penalties.ConnectivityNorm(1.0, metric="l2"),
            NET,
            "`metric` must be a known",
        ),
        (
            lambda: penalties.ConnectivityNorm(1.0, np.ones((2, 3))),
            NET,
            "`target` must have",
        ),
        (lambda: penalties.WeightAnchor(1.0, NET, of=()), NET, "`of` must name some"),
        (
            lambda: penalties.WeightAnchor(1.0, cj.network.Weights(w_in=TARGET)),
            NET,
            "`anchor` must have the part w_hid",
        ),
        (
            lambda: penalties.WeightAnchor(
                1.0, NET, importance=cj.network.Weights(w_hid=-np.ones((N, N)))
            ),
            NET,
            "`importance` must not be negative",
        ),
        (
            lambda: penalties.WeightAnchor(
                1.0, NET, importance=cj.network.Weights(w_hid=np.ones(3))
            ),
            NET,
            "`importance` must have the shape",
        ),
        (
            lambda: penalties.WiringCost(1.0, -DISTANCES),
            NET,
            "`distances` must not be neg",
        ),
        (
            lambda: penalties.WiringCost(1.0, np.ones(3)),
            NET,
            "`distances` must have the",
        ),
        (
            lambda: penalties.WiringCost(1.0, DISTANCES, power=-1),
            NET,
            "`power` must not",
        ),
        (
            lambda: penalties.RateDispersion(1.0, "variance"),
            NET,
            "`kind` must be a known",
        ),
        (
            lambda: penalties.StatePrediction(1.0, 0),
            NET,
            "`shift` must be a whole number",
        ),
        (lambda: penalties.StatePrediction(1.0, TIME), NET, "below the 7 steps of"),
        (
            lambda: penalties.PopulationKL(1.0, "excitatory", "inhibitry"),
            NET,
            "Did you mean 'inhibitory'",
        ),
        (
            lambda: penalties.PopulationKL(
                1.0, ("excitatory", "inhibitory"), "excitatory"
            ),
            NET,
            "must name groups that have units",
        ),
        (
            lambda: penalties.PopulationKL(1.0, "excitatory", "inhibitory", floor=0.0),
            NET,
            "`floor` must be positive",
        ),
        (
            lambda: penalties.VanishingGradient(derivative="both"),
            NET,
            "`derivative` must be a known name",
        ),
        (
            lambda: penalties.VanishingGradient(bound=-1.0),
            NET,
            "`bound` must not be neg",
        ),
        (penalties.VanishingGradient, PLASTIC, "no state but its .* short-term plas"),
        (penalties.VanishingGradient, NOISY, "no state but its .* noise on rates"),
        (
            lambda: penalties.DynamicalIsometry(1.0),
            NOISY,
            "no state but its potentials",
        ),
        (
            lambda: penalties.DynamicalIsometry(1.0, steps=0),
            NET,
            "`steps` must be a whole",
        ),
    ],
)
def test_invalid_arguments_are_errors(make, net, message):
    with pytest.raises(ValueError, match=message):
        make()(net, run(), TRIALS, output_loss(TRIALS))


def test_the_gradient_at_an_anchor_is_zero():
    """The anchor is a copy of the network's weights at construction."""
    penalty = penalties.WeightAnchor(1.0, NET)
    assert identical(penalty.anchor["w_hid"], cj.effective(NET).w_hid)

    def penalty_of(net):
        return penalty(net, run(), TRIALS, output_loss(TRIALS))

    value, grads = eqx.filter_jit(eqx.filter_value_and_grad(penalty_of))(NET)
    assert value == 0
    assert not np.any(grads.raw.w_hid)
