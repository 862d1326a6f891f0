from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import dynamical
import pytest
from scipy.integrate import solve_ivp

from ctrnn_jax.tasks import ChaoticTarget, HeadingIntegration, ReadySetGo


MANY = 3000
TASKS = {
    "ready_set_go": ReadySetGo(),
    "heading": HeadingIntegration(),
    "chaos": ChaoticTarget(),
}
draw = jax.jit(lambda task, key: task.batch(key, MANY))
balanced = jax.jit(lambda task, key: task.validation(key, 2 * task.n_conditions))


@pytest.fixture(scope="module")
def drawn():
    """Training trials of each task, drawn when first asked for."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = draw(TASKS[name], jax.random.key(3))
        return made[name]

    return of


def conditions(trials, i):
    return {name: np.asarray(x[i]) for name, x in trials.conditions.items()}


def same_as(plain, trials, i):
    """Inputs, targets and mask of trial i are those of the plain loop."""
    inputs, targets, mask = plain
    close(trials.inputs[i], inputs)
    close(trials.targets[i], targets)
    close(trials.mask[i], mask)


def within(found, p):
    """Whether a share agrees with its probability."""
    return abs(np.mean(found) - p) < STANDARD_ERRORS * np.sqrt(p * (1 - p) / len(found))


# ready, set, go


def test_ready_set_go_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("ready_set_go"), 100),
        (balanced(TASKS["ready_set_go"], jax.random.key(0)), 28),
    ):
        for i in range(n):
            of = conditions(trials, i)
            wait = 20.0 * int(trials.epochs["sample"][i, 0])
            plain = dynamical.ready_set_go(
                wait, float(of["interval"]), float(of["gain"]), steps=169
            )
            same_as(plain, trials, i)
            assert of["production"] == of["gain"] * of["interval"]


def test_ready_set_go_conditions(drawn):
    trials = balanced(TASKS["ready_set_go"], jax.random.key(0))
    intervals = np.arange(520.0, 1001.0, 80.0)
    close(trials.conditions["interval"][:14], np.tile(intervals, 2))
    close(trials.conditions["gain"][:14], np.repeat([1.0, 1.5], 7))
    of = drawn("ready_set_go")
    assert within(np.asarray(of.conditions["gain"]) == 1.5, 0.5)
    for each in intervals:
        assert within(np.asarray(of.conditions["interval"]) == each, 1 / 7)
    wait = np.asarray(of.epochs["fixation"])[:, 1]
    assert (wait.min(), wait.max()) == (10, 29)
    assert within(wait < 15, 0.25)
    # go is where the target reaches the threshold
    go = np.asarray(of.epochs["production"])[:, 1]
    close(of.targets[np.arange(MANY), go, 0], np.ones(MANY))
    assert np.all(np.asarray(of.targets[np.arange(MANY), go - 1, 0]) < 1)
    longest = int(of.conditions["t_end"].max())
    assert longest <= 169


def test_produced_intervals_and_their_score(drawn):
    task, trials = TASKS["ready_set_go"], drawn("ready_set_go")
    due = np.asarray(trials.conditions["production"])
    close(task.produced(trials.targets, trials), due)
    # a ramp that is more than 1.25 times as steep arrives before 80 % of the time
    for factor, right in ((1.28, 0.0), (1.21, 1.0), (0.91, 1.0)):
        steeper = factor * trials.targets
        found = np.asarray(task.produced(steeper, trials))
        rounded = np.ceil(due / factor / 20.0 - 1e-9) * 20.0
        close(found, rounded)
        expected = (np.abs(rounded - due) <= 0.2 * due).astype(float)
        np.testing.assert_array_equal(task.score(steeper, trials), expected)
        longest = due == 1500.0
        assert np.all(expected[longest] == right)
    low = 0.5 * trials.targets
    assert np.isnan(np.asarray(task.produced(low, trials))).all()
    assert float(task.performance(low, trials)) == 0.0
    assert float(task.performance(jnp.zeros_like(low), trials)) == 0.0
    # what is above the threshold before set or after the end does not count
    outside = np.asarray(trials.mask[..., 0] == 0) | (
        np.arange(169)[None] < np.asarray(trials.epochs["production"])[:, :1]
    )
    early = jnp.where(outside[..., None], 5.0, trials.targets)
    assert float(task.performance(early, trials)) == 1.0


# heading


def test_heading_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("heading"), 60),
        (balanced(TASKS["heading"], jax.random.key(0)), 16),
    ):
        for i in range(n):
            initial = float(trials.conditions["heading"][i])
            velocity = np.asarray(trials.inputs[i, :, 0])
            same_as(dynamical.heading(initial, velocity), trials, i)


def test_initial_headings(drawn):
    trials = balanced(TASKS["heading"], jax.random.key(0))
    close(trials.conditions["heading"], np.tile(np.arange(8) * np.pi / 4, 2))
    initial = np.asarray(drawn("heading").conditions["heading"])
    assert initial.min() >= 0
    assert initial.max() < 2 * np.pi
    for turn in (0.25, 0.5, 0.75):
        assert within(initial < turn * 2 * np.pi, turn)


@pytest.mark.parametrize("dt", [20.0, 100.0])
def test_velocity_is_an_ornstein_uhlenbeck_process(dt):
    """Variance sigma^2 from the first step on, correlation exp(-lag / tau)."""
    task = HeadingIntegration(dt=dt, sigma=3.0, integration=1000.0)
    cue = round(200 / dt)
    velocity = np.asarray(draw(task, jax.random.key(4)).inputs)[:, cue:, 0] / 3.0
    for step in (0, 1, 5):
        x = velocity[:, step]
        assert abs(x.std() - 1) < STANDARD_ERRORS / np.sqrt(2 * MANY)
        for lag in (1, 2):
            rho = np.exp(-lag * dt / 200.0)
            error = np.sqrt((1 + rho**2) / MANY)
            found = np.mean(x * velocity[:, step + lag])
            assert abs(found - rho) < STANDARD_ERRORS * error


def test_units_of_heading():
    units = TASKS["heading"].units
    assert units["angular velocity"] == "rad/s"
    assert set(units) == {
        *TASKS["heading"].input_names,
        *TASKS["heading"].output_names,
    }
    assert list(units.values()).count("1") == 4


# chaotic target


@pytest.mark.parametrize(
    ("dt", "unit", "error"), [(20.0, 1000.0, 1e-7), (50.0, 500.0, 5e-6)]
)
def test_chaotic_target_is_the_lorenz_attractor(dt, unit, error):
    """Against an adaptive method of order 8, for four units of time and eight."""

    def rates(_, s):
        x, y, z = s
        return [10 * (y - x), 28 * x - y - x * z, x * y - 8 / 3 * z]

    task = ChaoticTarget(dt=dt, unit=unit)
    times = np.arange(1, 4000 / dt + 0.5) * dt / unit
    exact = solve_ivp(
        rates,
        (0.0, times[-1]),
        [-8.0, 8.0, 27.0],
        method="DOP853",
        t_eval=times,
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_allclose(task.series, exact.y[0] / 20, atol=error, rtol=0)
    assert np.abs(np.asarray(task.series)).max() < 1
    assert np.asarray(task.series).min() < -0.4 < 0.4 < np.asarray(task.series).max()


def test_chaotic_target_follows_its_cue(drawn):
    trials = drawn("chaos")
    inputs, mask, targets = (np.zeros((205, 1)) for _ in range(3))
    inputs[:5], mask[5:] = 1.0, 1.0
    targets[5:, 0] = TASKS["chaos"].series
    for i in (0, MANY - 1):
        same_as((inputs, targets, mask), trials, i)
