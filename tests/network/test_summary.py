"""Reports: summary, repr, and files of networks with everything on."""

from pathlib import Path

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
AREAS = cj.connectivity.MultiAreaEI(
    {"a": 10, "b": 10}, inputs={"u": 2}, outputs={"y": 1}, key=KEY
)


def full():
    """A network with all that a network can have."""
    return cj.EIRNN(
        *AREAS.sizes,
        connectivity=AREAS,
        dt=20.0,
        tau=np.linspace(50, 150, 20),
        noise=cj.StepNoise(pre=0.1, post=0.1, rate=0.1),
        form=cj.dynamics.RateForm(),
        synapses=cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(20) % 2 == 0),
        train_tau=True,
        train_v0=True,
        constraints={
            "w_hid": cj.constraints.chain(
                cj.constraints.RowBalanced(), cj.constraints.SpectralRadiusBelow(0.9)
            ),
            "w_in": cj.constraints.Bounded(0.0, 0.5),
            "tau": cj.constraints.Bounded(30.0, 300.0),
        },
        key=KEY,
    )


def test_summary_is_what_numpy_says():
    net = full()
    report = cj.summary(net)
    w = np.asarray(cj.effective(net).w_hid)
    eigenvalues = np.linalg.eigvals(w)
    assert report.sizes == (2, 20, 1)
    assert report.classes == {"a": 10, "b": 10, "excitatory": 16, "inhibitory": 4}
    assert report.densities["w_hid"] == np.mean(w != 0)
    assert report.radius == pytest.approx(np.abs(eigenvalues).max())
    assert report.abscissa == pytest.approx(eigenvalues.real.max())
    assert report.radius <= 0.9
    assert report.balance == pytest.approx(0.0, abs=1e-12)
    assert report.excitation == pytest.approx(np.maximum(w, 0).sum(1).mean())
    assert (report.violations, report.dead) == (0, 0)
    assert report.parameters == 20 * 2 + 400 + 20 + 20 + 1 + 20 + 20
    text = str(report)
    for part in ("2 -> 20 -> 1", "excitatory 16", "spectral radius", "RowBalanced"):
        assert part in text
    relu = cj.summary(
        cj.EIRNN(
            1,
            10,
            1,
            dt=1.0,
            tau=9.0,
            sign_map=cj.constraints.Relu(),
            w_in=cj.initialisers.Constant(0.0),
            key=KEY,
        )
    )
    assert relu.dead == 10
    with pytest.raises(ValueError, match="`net` must be one network"):
        cj.summary(cj.stack([net, net]))


def test_repr_tells_what_the_network_is():
    text = repr(full())
    for part in (
        "EIRNN(2 -> 20 -> 1",
        "dt=20",
        "StepNoise(pre=0.1, post=0.1, rate=0.1)",
        "RateForm",
        "ShortTermPlasticity",
        "activation=relu",
        "w_hid: Dale then Masked then NoAutapses then RowBalanced then "
        "SpectralRadiusBelow",
        "inputs: u (2)",
        "units: a (10), b (10), excitatory (16), inhibitory (4)",
        "also trains: v0, tau",
    ):
        assert part in text or part.replace("Masked then NoAutapses", "NoAutapses "
            "then Masked") in text, part  # fmt: skip
    stacked = repr(cj.stack([full(), full()]))
    assert "float64 of shape (2,)" in stacked
    assert repr(jax.tree.map(lambda _: None, full()))
    assert repr(cj.trainable(full()))
    assert "EIRNN" in repr(jax.tree.structure(full()))


def test_everything_is_saved(tmp_path):
    net = full()
    back = cj.load(cj.save(tmp_path / "net", net))
    assert identical(back, net)
    assert back.layout == net.layout
    for constraint in (
        cj.constraints.SignMask(np.ones((5, 5)), free=np.zeros((5, 5), bool)),
        cj.constraints.Fixed(np.eye(5)),
        cj.constraints.Symmetric(),
        cj.constraints.Skew(),
        cj.constraints.LowRank(2, background=np.eye(5)),
        cj.constraints.chain(
            cj.constraints.NoAutapses(), cj.constraints.Bounded(-1.0, 1.0)
        ),
    ):
        one = cj.CTRNN(
            1, 5, 1, dt=1.0, tau=9.0, form=cj.dynamics.RectifiedLeakForm(), key=KEY,
            constraints={"w_hid": constraint},
        )  # fmt: skip
        assert identical(cj.load(cj.save(tmp_path / "one", one)), one)


def test_files_of_format_1_are_read():
    """Written by version 0.1.0 with these arguments, before tau was a weight."""
    net = cj.load(Path(__file__).parent / "data" / "format_1.safetensors")
    again = cj.EIRNN(
        2, 5, 1, dt=20.0, tau=np.arange(50.0, 100.0, 10.0), train_v0=True,
        noise=cj.StepNoise(pre=0.1), key=KEY, dtype=jnp.float32,
    )  # fmt: skip
    close(net.tau, again.tau, dtype="float32")
    close(net.noise.pre, again.noise.pre, dtype="float32")
    assert net.layout == again.layout
    assert net.n_excitatory == 4
    assert net.fixed == again.fixed
    assert int(cj.violations(net)) == 0
    assert cj.rollout(net, jnp.ones((3, 2), jnp.float32), key=KEY).rates.shape == (3, 5)


def test_weights_given_to_a_network_with_all_constraints_come_back():
    net = full()
    given = cj.effective(net)
    again = cj.replace(net, w_hid=given.w_hid, w_in=given.w_in, tau=given.tau)
    close(cj.effective(again), given)
    with pytest.raises(ValueError, match="must satisfy its constraint"):
        cj.replace(net, w_hid=3 * given.w_hid)
    with pytest.raises(ValueError, match="`tau` must satisfy its constraint, Bounded"):
        cj.replace(net, tau=25.0 * np.ones(20))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"synapses": cj.dynamics.ShortTermPlasticity(np.ones(3), 1.0, 0.5)},
            "one per unit",
        ),
        (
            {"constraints": {"tau": cj.constraints.Masked(np.ones(3, bool))}},
            "have the shape",
        ),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        cj.CTRNN(1, 5, 1, dt=1.0, tau=9.0, key=KEY, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.dynamics.ShortTermPlasticity(-1.0, 1.0, 0.5),
            "`tau_u` must be positive",
        ),
        (
            lambda: cj.dynamics.ShortTermPlasticity(1.0, 1.0, 1.5),
            r"must lie in \(0, 1\]",
        ),
        (
            lambda: cj.dynamics.ShortTermPlasticity.of_kinds(np.ones(3)),
            "be boolean, one per unit",
        ),
        (lambda: cj.StepNoise(), "`pre` must be given"),
        (lambda: cj.StepNoise(rate=-0.1), "`rate` must not be negative"),
    ],
)
def test_bad_parts_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_state_has_what_the_network_needs_and_no_more():
    """The plain network's state is potentials and a counter; parts add theirs."""
    leaves = lambda net: len(jax.tree.leaves(net.initial_state((3,))))
    plain = cj.CTRNN(1, 4, 1, dt=1.0, tau=9.0, key=KEY)
    assert leaves(plain) == 2
    assert leaves(cj.replace(plain, noise=cj.StepNoise(pre=0.1))) == 2
    assert leaves(cj.replace(plain, noise=cj.StepNoise(rate=0.1))) == 3
    synapses = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    assert leaves(cj.replace(plain, synapses=synapses)) == 4
    state = cj.State(jnp.ones(4), synapses=synapses.rest(jnp.ones(4)))
    with pytest.raises(ValueError, match=r"`state.synapses` must be None"):
        cj.rollout(plain, jnp.ones((2, 1)), state=state)


def test_parts_that_are_not_used_leave_the_program_as_it_was():
    """A plain network compiles to the same operations with any of the new parts off."""
    count = lambda net: len(
        jax.jit(lambda n, u: cj.rollout(n, u).outputs)
        .lower(net, jnp.ones((2, 5, 1)))
        .as_text()
        .splitlines()
    )
    plain = cj.CTRNN(1, 4, 1, dt=1.0, tau=9.0, key=KEY)
    named = cj.CTRNN(
        1,
        4,
        1,
        dt=1.0,
        tau=9.0,
        key=KEY,
        connectivity=cj.connectivity.MultiIO(
            {"a": 1, "b": 3}, inputs=1, outputs=1, key=KEY
        ),
    )
    masks = count(named) - count(plain)
    assert 0 <= masks <= 40  # three masks, applied once, outside the scan
    assert count(
        cj.replace(plain, synapses=cj.dynamics.ShortTermPlasticity(1.0, 1.0, 0.5))
    ) > (count(plain) + 20)


def test_learned_time_constants_move_and_stay_above_dt():
    task = cj.tasks.PerceptualDecision(dt=20.0)
    net = cj.EIRNN(
        task.n_in, 10, task.n_out, dt=20.0, tau=np.full(10, 21.0), train_tau=True,
        dtype=jnp.float32, key=KEY,
    )  # fmt: skip
    import optax

    with jax.numpy_dtype_promotion("standard"):
        result = cj.fit(
            net,
            task,
            optax.adamw(0.05, weight_decay=0.1),
            num_updates=60,
            batch_size=4,
            key=jax.random.key(1),
        )
    assert np.all(np.asarray(result.network.tau) >= 20.0)
    assert np.ptp(np.asarray(result.network.tau)) > 0.1
    assert float(result.network.dt) == 20.0
    assert int(cj.violations(result.network)) == 0
