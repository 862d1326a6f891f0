"""An object of every class that users can hold, made without training or analysis."""

import functools

from bad_input.results import results
from canonical import eirnn, TASK
from constraints.constraint_cases import CONSTRAINTS
import jax
import jax.numpy as jnp
from network.full_network import AREAS, full
import numpy as np
import optax

import ctrnn_jax as cj
from ctrnn_jax._tree import with_fields


KEY = jax.random.key(0)
LOSSES = np.geomspace(1.0, 0.01, 9)


def of_analysis():
    """Return results of analyses that `bad_input.results` does not have."""
    a, net = cj.analysis, eirnn()
    one, two = np.ones(1), np.array([0.25, 0.75])
    steps = np.linspace(0.0, 1.0, 20)
    decoding = a.Decoding(jnp.asarray(steps), jnp.ones((0, 20)), (0, 1))
    rates = np.arange(60.0).reshape(3, 4, 5)
    return [
        a.Amplification(steps, steps, 2.5, 0.5, two),
        a.Branch(
            net, np.zeros((2, 2)), np.zeros((2, 5)), 1e-9 * two, two > 0, two, two > 0,
            -two[:, None] * np.ones(5, complex), np.ones((2, 5), complex), two > 1, 0.0,
        ),
        a.ChoiceProbability(two, np.array([7, 5])),
        a.Currents(*(jnp.asarray(rates),) * 4),
        a.DSA(jnp.asarray(0.5), jnp.asarray(0.25), jnp.eye(2), jnp.asarray(two)),
        a.DemixedAxes(jnp.eye(2), jnp.eye(2), jnp.asarray(two), jnp.zeros(2)),
        a.DtCheck(
            np.array([20.0, 10.0, 5.0]), *np.array([[0.4, 0.2, 0], [0.2, 0.1, 0]]),
            one, np.full(3, 0.75), np.full(3, 0.01),
        ),
        a.GradientStability(*map(jnp.asarray, (steps, steps, -0.01, 0.1, 20.0))),
        a.Manifold(np.arange(9), 1, True, 2.5, 1e-9, 1e-8),
        a.MarginalVariances(
            {"time": jnp.asarray(0.25), "choice x time": jnp.asarray(0.75)},
            {"time": jnp.asarray(two), "choice x time": jnp.asarray(two)},
            jnp.asarray(4.0),
        ),
        a.MemoryCapacity(jnp.asarray(two), jnp.asarray(1.0)),
        a.MemoryDecoding(decoding, decoding),
        a.modes(np.array([[-0.1, 0.2], [-0.2, -0.1]])),
        a.PerturbationEffect(
            *map(jnp.asarray, (0.75, two, -two, two, two, two)), ("lesion", "none")
        ),
        a.random_matrix(np.eye(10)),
        a.ReactionTimes(jnp.array([100.0, jnp.nan]), jnp.array([1, -1])),
        a.Selection(np.array(-0.01), two, two, two, two),
        a.Summary(
            (2, 10, 1), {"excitatory": 8, "inhibitory": 2}, 131, {"w_hid": 0.5},
            {"w_hid": "Dale"}, 0.9, 0.8, 0.0, 1.0, 1.0, 0, 0, 0, None,
        ),
        a.TargetedAxes(
            jnp.eye(2), jnp.eye(2), jnp.array([3, 4]), jnp.ones((2, 5, 2)),
            jnp.zeros(2), jnp.ones(2),
        ),
        a.TaskVariances(jnp.eye(2), jnp.eye(2), jnp.ones(2, bool), ("go", "anti")),
        a.UnitClusters(np.array([0, 0, 1]), np.array([2, 3]), two),
        a.Verification(np.array([0, 1]), two, two, two > 0.5),
        a.RidgeDecoder(0.1), a.LDADecoder(0.5),
    ]  # fmt: skip


def history(updates=9):
    """Return the history of one network with a penalty and two validations."""
    return cj.training.History(
        LOSSES[:updates], {"task": LOSSES[:updates], "rates": 0.1 * LOSSES[:updates]},
        2 * LOSSES[:updates], np.array([4, 8]), np.array([0.5, 0.75]),
        np.array([0.3, 0.2]), np.zeros(2, int),
    )  # fmt: skip


def fit_result():
    """Return the result of 9 updates, of which the network after 8 was best."""
    net = eirnn()
    best = cj.training.Best(net, 8, 0.75, 0.2)
    opt_state = (jnp.zeros(3), jnp.zeros(()))
    state = cj.training.FitState(net, opt_state, KEY, 9, history(), best)
    return cj.training.FitResult(net, history(), best, state, "criterion")


def ensemble_result(count=3):
    """Return the result of an ensemble; the last member made 5 updates."""
    nets = cj.stack([eirnn(seed=i) for i in range(count)])
    steps, scale = np.full(count, 9), 1.0 + np.arange(count)[:, None]
    steps[-1] = 5
    performance = np.linspace(0.5, 0.75, count)
    many = jax.tree.map(lambda x: scale * x, history())
    many = with_fields(many, validation_step=history().validation_step)
    state = cj.training.EnsembleState(
        nets, optax.EmptyState(), jax.random.split(KEY, count), steps,
        np.full(count, 1), np.zeros(count, int), many,
        cj.training.Best(nets, np.full(count, 8), performance, 1.0 - performance),
    )  # fmt: skip
    members = tuple(
        cj.training.Member(seed, {"noise": 0.1 * (1 + seed)}) for seed in range(count)
    )
    return cj.training.EnsembleResult(members, state)


def of_training():
    """Return what training takes and returns."""
    net, result, many = eirnn(), fit_result(), ensemble_result()
    metrics = cj.training.Metrics(
        jnp.asarray(0.5), {"task": jnp.asarray(0.5)}, jnp.asarray(2.0)
    )
    state = net.initial_state()
    return [
        result, result.state, result.history, result.best, metrics, many, many.state,
        many.members[0], many.history, many.state.best,
        cj.training.Report(result.state, metrics, 0.75, None),
        cj.training.Divergence(
            7, np.nan, {"w_hid": 3}, ("task",), {"w_in": 10}, {"w_in": 10}
        ),
        cj.training.ForceResult(net, jnp.ones((2, 20, 2)), jnp.eye(5), state, net),
        cj.recipe("perceptual_decision"),
        cj.training.Curriculum((TASK, cj.MeanAbove(0.75)), (TASK, cj.MeanAbove(0.85))),
        cj.tasks.TaskCheck(
            "Copy", 1, 1, 20, 2, 20.0, ("side",), {"cue": (0.0, 200.0)}, (1.0, 0.0),
            (0.5, 0.25), False,
        ),
        cj.MeanAbove(0.85), cj.Checkpoints("runs/a", every=100),
        cj.Loss(rates=cj.penalties.RateL2(1e-3)),
        cj.penalties.WeightL1(1e-4, "w_hid"), cj.penalties.Smoothness(1e-4),
        cj.gradients.BPTT(), cj.gradients.RTRL(), cj.gradients.EProp(),
        cj.gradients.EvolutionStrategy(0.1, 4),
    ]  # fmt: skip


def of_simulation():
    """Return networks and their parts, what acts on them, and their activity."""
    net, everything = eirnn(noise=cj.DiffusionNoise(0.1)), full()
    state = everything.initial_state((3,))
    lesion = cj.perturbations.Lesion(3)
    perturbed = cj.perturb(everything, lesion, cj.perturbations.Scale(0.5, "a", "b"))
    effects = perturbed.effects
    activity = jnp.asarray(np.random.default_rng(0).normal(size=(3, 6, 5)))
    return [
        net, everything, cj.stack([net, net]), perturbed, everything.raw,
        everything.constraints, state, state.synapses, AREAS, AREAS.layout,
        AREAS.layout.units, lesion, *effects, effects[0].at(jnp.arange(3), net.dt),
        cj.perturbations.Affine(factor=jnp.ones(5)),
        cj.Record(), cj.Trajectory(activity, activity, activity[..., :2], state),
        cj.HoistedAdjoint(), cj.DirectAdjoint(), cj.Checkpointed(5), cj.Truncated(5),
        cj.simulation.KernelAdjoint(),
        net.noise, cj.StepNoise(pre=0.1), net.method, cj.ExponentialEuler(),
        everything.form, everything.form.slopes(
            jnp.ones(3), jnp.ones(3), gain=jnp.full(3, 0.2), activation=jnp.tanh
        ),
        everything.synapses, cj.dynamics.PowerLaw(2.0),
        cj.initialisers.SpectralRadius(1.1, cj.initialisers.Normal()),
        cj.constraints.Factors(jnp.ones((4, 1)), jnp.ones((4, 1))),
        CONSTRAINTS["dale"].structure((4, 4)), cj.constraints.Softplus(),
        *CONSTRAINTS.values(),
    ]  # fmt: skip


def of_tasks():
    """Return every registered task, a mixture, and trials."""
    trials = TASK.batch(KEY, 3)
    played = np.ones((2, 5, 1)), np.ones((2, 5))
    arrays = np.ones((3, 5, 2)), np.linspace(0.0, 1.0, 15).reshape(3, 5, 1)
    return [
        *(cj.tasks.make(name) for name in cj.tasks.names()),
        cj.tasks.from_batches([arrays], dt=20.0, validation=arrays),
        cj.tasks.Mixture([TASK, TASK]), trials, TASK.sample(KEY),
        cj.gradients.Problem(trials, KEY, TASK, cj.Loss()),
        cj.interop.Played(
            *played[:1] * 3, *played[1:] * 2, np.full(2, 5), *np.eye(2, dtype=bool)
        ),
    ]  # fmt: skip


def of_results():
    """Return the results that the catalogue of wrong calls uses."""
    net = cj.CTRNN(2, 5, 2, dt=20.0, tau=100.0, key=KEY)
    made = results(net).values()
    return [x for x in made if type(x).__module__.startswith("ctrnn_jax")]


KINDS = {
    f.__name__: f
    for f in (of_results, of_analysis, of_training, of_simulation, of_tasks)
}


@functools.cache
def objects(kind):
    """Return all objects of a kind."""
    return tuple(KINDS[kind]())
