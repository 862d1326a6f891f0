from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import dynamical
import pytest

from ctrnn_jax.tasks import DelayedAddition, FlipFlop, Integrator, SineGenerator


MANY = 3000
TASKS = {
    "flip_flop": FlipFlop(),
    "discrete": FlipFlop(kind="discrete"),
    "sine": SineGenerator(),
    "integrator": Integrator(),
    "addition": DelayedAddition(),
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


# flip-flop


@pytest.mark.parametrize(
    ("name", "pulse", "settle"), [("flip_flop", 5, 5), ("discrete", 1, 0)]
)
def test_flip_flop_equals_a_plain_loop(name, pulse, settle, drawn):
    trials = drawn(name)
    for i in range(100):
        pulses = np.asarray(trials.conditions["pulses"][i])
        plain = dynamical.flip_flop(pulses, pulse_steps=pulse, settle_steps=settle)
        same_as(plain, trials, i)


def test_flip_flop_of_fixed_point_finder(drawn):
    """Pulses with probability 1/2, on every bit at step 0; no lag; all is scored."""
    trials = drawn("discrete")
    pulses = np.asarray(trials.conditions["pulses"])
    np.testing.assert_array_equal(trials.inputs, pulses)
    assert np.all(pulses[:, 0] != 0)
    assert np.all(np.asarray(trials.mask) == 1)
    assert within(pulses[:, 1:].ravel() != 0, 0.5)
    assert within(pulses[pulses != 0] > 0, 0.5)
    assert within((pulses[:, 0] > 0).ravel(), 0.5)
    for lag in (1, 2):  # neither steps nor bits hang together
        assert within((pulses[:, 1:-lag] * pulses[:, 1 + lag :] > 0).ravel(), 1 / 8)
    assert within((pulses[:, 1:, 0] * pulses[:, 1:, 2] > 0).ravel(), 1 / 8)


def test_pulses_of_the_continuous_flip_flop(drawn):
    """One in 1500 ms, hence at 1 / 75 of the steps; half of them positive."""
    trials = drawn("flip_flop")
    pulses = np.asarray(trials.conditions["pulses"])
    assert within(pulses.ravel() != 0, 1 / 75)
    assert within(pulses[pulses != 0] > 0, 0.5)
    assert set(np.unique(trials.targets)) == {-1.0, 0.0, 1.0}
    first = (pulses != 0).argmax(1)[0, 0]
    assert not np.asarray(trials.mask)[0, : first + 5, 0].any()


def test_flip_flop_counts_right_signs(drawn):
    task, trials = TASKS["flip_flop"], drawn("flip_flop")
    assert not task.score(-trials.targets, trials).any()
    assert not task.score(jnp.zeros_like(trials.targets), trials).any()
    up = np.asarray(task.score(jnp.ones_like(trials.targets), trials))
    assert abs(up.mean() - 0.5) < STANDARD_ERRORS * up.std() / np.sqrt(MANY)
    two_thirds = trials.targets * jnp.asarray([[[1.0, -1.0, 1.0]]])
    weights = np.asarray(trials.mask).sum(1)
    expected = 1 - weights[:, 1] / weights.sum(1)
    close(task.score(0.01 * two_thirds, trials), expected)


def test_flip_flop_performs_by_the_error_and_not_the_sign(drawn):
    """0.1 x target has the right signs, but an error of 0.9; theirs stops at 0.99."""
    task, trials = TASKS["flip_flop"], drawn("flip_flop")
    assert task.performance_name == "1 - RMSE"
    assert float(task.performance(0.1 * trials.targets, trials)) == pytest.approx(0.1)
    assert float(task.performance(-trials.targets, trials)) == pytest.approx(-1.0)
    outputs = (
        trials.targets + 0.1 * jnp.sin(jnp.arange(MANY).astype(float))[:, None, None]
    )
    error = np.asarray(trials.mask * (outputs - trials.targets) ** 2).sum()
    rms = np.sqrt(error / np.asarray(trials.mask).sum())
    close(task.performance(outputs, trials), 1 - rms)


def test_flip_flop_without_a_pulse_is_left_out(getkey):
    task = FlipFlop(n_bits=1, interval=12000.0)
    trials = jax.jit(lambda k: task.batch(k, 200))(getkey())
    none = ~np.asarray(trials.mask).any((1, 2))
    assert 0 < none.sum() < 200
    np.testing.assert_array_equal(trials.conditions["is_catch"], none)
    assert float(task.performance(trials.targets, trials)) == 1.0


def test_flip_flop_with_pulses_at_every_step(getkey):
    task = FlipFlop(n_bits=2, interval=20.0, settle=0.0)
    trial = task.sample(getkey())
    assert np.all(np.asarray(trial.conditions["pulses"]) != 0)
    close(trial.inputs, trial.conditions["pulses"])


# sine generator


def test_sine_generator_equals_a_plain_loop(drawn):
    task = TASKS["sine"]
    trials = balanced(task, jax.random.key(0))
    for i in range(102):
        same_as(dynamical.sine(i % 51 + 1), trials, i)
    close(trials.conditions["frequency"][50], np.asarray(0.04 * 51 + 0.1))
    close(trials.conditions["level"][50], np.asarray(1.25))
    level = np.asarray(drawn("sine").conditions["level"])
    for j in (1, 17, 51):
        assert within(np.isclose(level, j / 51 + 0.25), 1 / 51)


def test_sine_generator_of_other_frequencies(getkey):
    task = SineGenerator(frequencies=(0.5, 1.0), tau=50.0, duration=1000.0)
    trials = jax.jit(lambda k: task.validation(k, 2))(getkey())
    time = np.arange(1, 51) * 20.0
    close(trials.targets[0, :, 0], np.sin(0.5 * time / 50.0))
    close(trials.inputs[:, 0, 0], np.array([0.75, 1.25]))
    finer = jax.jit(lambda k: task.at(10.0).validation(k, 2))(getkey())
    close(finer.targets[:, 1::2], trials.targets)


def test_frequencies_and_levels_can_be_swept(getkey):
    key = getkey()
    rates, levels = jnp.asarray([[0.2, 0.4], [0.6, 0.8]]), jnp.asarray([1.0, 2.0])

    def wave(rates, level):
        pair = jnp.stack([level, 2 * level])
        task = SineGenerator(frequencies=rates, levels=pair, duration=200.0)
        trials = task.validation(key, 2)
        return trials.inputs, trials.targets

    swept = jax.vmap(wave)(rates, levels)
    for i in range(2):
        close(jax.tree.map(lambda x, i=i: x[i], swept), wave(rates[i], levels[i]))


# integrator


@pytest.mark.parametrize("leak", [np.inf, 250.0])
def test_integrator_equals_a_plain_loop(leak):
    trials = draw(Integrator(tau_leak=leak), jax.random.key(1))
    for i in range(50):
        inputs = np.asarray(trials.inputs[i])
        expected = dynamical.integral(inputs, decay=np.exp(-20.0 / leak))
        close(trials.targets[i], expected)
    if leak == np.inf:
        close(trials.targets, np.cumsum(trials.inputs, axis=1))


def test_integrator_input_has_the_law_of_the_tutorial(drawn):
    """Bias U(-.01, .01) and noise of .025 / sqrt(1 / 25) = .125 a step."""
    trials = drawn("integrator")
    bias = np.asarray(trials.conditions["bias"])
    noise = np.asarray(trials.inputs)[..., 0] - bias[:, None]
    n = noise.size
    assert abs(noise.std() / 0.125 - 1) < STANDARD_ERRORS / np.sqrt(2 * n)
    assert abs(noise.mean()) < STANDARD_ERRORS * 0.125 / np.sqrt(n)
    assert np.abs(bias).max() <= 0.01
    assert within(bias < -0.005, 0.25)
    assert within(bias < 0.005, 0.75)


def test_integral_has_the_same_law_at_any_dt(drawn):
    """Standard deviation .125 sqrt(500 / 20) = .625 at the end."""
    fine = draw(Integrator(bias=0.0, dt=5.0), jax.random.key(2))
    for trials in (fine, drawn("integrator")):
        last = np.asarray(trials.targets)[:, -1, 0]
        assert abs(last.std() / 0.625 - 1) < STANDARD_ERRORS / np.sqrt(2 * MANY)
    i = np.asarray(fine.inputs[7])
    close(fine.targets[7], dynamical.integral(i, gain=5.0 / 20.0))


# delayed addition


def test_addition_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("addition"), 100),
        (balanced(TASKS["addition"], jax.random.key(0)), 50),
    ):
        for i in range(n):
            of = conditions(trials, i)
            first, second = int(of["first"]), int(of["second"])
            same_as(dynamical.addition(of["values"], first, second), trials, i)


def test_addition_marks_one_value_of_each_half(drawn):
    trials = balanced(TASKS["addition"], jax.random.key(0))
    np.testing.assert_array_equal(
        trials.conditions["first"][:25], np.tile(np.arange(5), 5)
    )
    np.testing.assert_array_equal(
        trials.conditions["second"][:25], np.repeat(np.arange(5, 10), 5)
    )
    marked = drawn("addition")
    np.testing.assert_array_equal(marked.inputs[..., 1].sum(1), 10)  # 2 x 100 ms
    np.testing.assert_array_equal(marked.mask.sum((1, 2)), 10)
    values = np.asarray(marked.conditions["values"])
    assert within((values < -0.5).ravel(), 0.25)
    assert within((values < 0.5).ravel(), 0.75)
    for item in range(5):
        assert within(np.asarray(marked.conditions["first"]) == item, 0.2)
        assert within(np.asarray(marked.conditions["second"]) == item + 5, 0.2)


def test_addition_is_right_within_the_tolerance(drawn):
    task, trials = TASKS["addition"], drawn("addition")
    assert float(task.performance(trials.targets + 0.039, trials)) == 1.0
    assert float(task.performance(trials.targets - 0.041, trials)) == 0.0
    only_last = jnp.zeros_like(trials.targets).at[:, -1].set(trials.targets[:, -1])
    assert float(task.performance(only_last, trials)) == 1.0
    # always 1/2 is right if |x1 + x2| < .16: .16 - .16^2 / 4
    constant = task.score(jnp.full_like(trials.targets, 0.5), trials)
    assert within(np.asarray(constant), 0.16 - 0.16**2 / 4)
