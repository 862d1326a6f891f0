"""Measure the fixed-point search against Adam and optimistix.

Our search runs Levenberg-Marquardt on each candidate separately. The first peer is the
algorithm of fixed-point-finder (Golub & Sussillo 2018), written in JAX: Adam on the
mean of q = |G(v) - v|^2 / 2 over all candidates jointly, where G is the step. The
learning rate starts at 1 and is multiplied by 0.95 on a plateau of two steps; there are
at most 5,000 steps, in float64. It stops when the speed of every candidate is below the
tolerance. The original stops at q < 1e-12, which is a speed of about 1e-6.

Three networks have random weights. The fourth is a 3-bit flip-flop that is trained
first, the example of fixed-point-finder (`--smoke`: only a few updates).

Both searches start from the same candidates: states visited by the network, plus noise.
Before any timing, the benchmark checks that a step leaves our points unchanged. The
time of the peer is that of its search only; our time includes the removal of duplicates
and the spectra.

Many candidates of Adam do not reach the tolerance, so the goal compares converged
candidates per second; the results also have the ratio of times. The second peer, if it
is installed (extra `bench`), is optimistix's Levenberg-Marquardt under vmap, with as
many candidates in a batch as our search. All candidates would take minutes, so it is
timed on 64, and its seconds are scaled to the number of our candidates.
"""
# pyright: reportMissingImports=false

from collections.abc import Callable
import time

from _timing import arguments, goal, table, write
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj
from ctrnn_jax.analysis import find_fixed_points


TOLERANCE = 1e-10
SIZES = ((100, 1024),)
LANES, PART = 32, 64
SMOKE = ((12, 96),)


def flip_flop(units: int, num_updates: int) -> cj.AbstractNetwork:
    """Return a noise-free network that was trained to remember three bits."""
    task, recipe = cj.tasks.make("flip_flop"), cj.recipe("flip_flop")
    result = cj.fit(
        recipe.network(task, key=jax.random.key(0), n_hidden=units),
        task,
        optax.chain(optax.clip_by_global_norm(1.0), optax.adam(2e-3)),
        num_updates=num_updates,
        batch_size=32,
        key=jax.random.key(1),
    )
    return cj.noiseless(result.network)


def networks(units: int, num_updates: int) -> dict[str, cj.AbstractNetwork]:
    """Return the four networks by name.

    "memory" has three pools that remember one bit each, with some disorder. "random"
    has gain 1.5 and many slow points.
    """
    rng = np.random.default_rng(0)
    pools = np.arange(units) * 3 // units
    is_same_pool = pools[:, None] == pools[None]
    memory = 2.0 * is_same_pool / is_same_pool.sum(1, keepdims=True)
    disorder = 0.3 * rng.normal(size=(units, units)) / np.sqrt(units)
    options = {"dt": 20.0, "tau": 100.0, "key": jax.random.key(0)}
    return {
        "memory": cj.CTRNN(
            2, units, 2, w_hid=memory + disorder, activation="tanh", **options
        ),
        "EIRNN": cj.EIRNN(2, units, 2, **options),
        "random": cj.CTRNN(
            2, units, 2, w_hid=5 * disorder, activation="tanh", **options
        ),
        "trained flip-flop": flip_flop(units, num_updates),
    }


def adam_jointly(
    step: Callable, starts: jax.Array, gain: float, max_steps: int
) -> tuple[jax.Array, jax.Array]:
    """Return the states and number of steps of the search by joint Adam.

    This is the algorithm of fixed-point-finder (`FixedPointFinderTorch.py:84-196`).
    """
    num_units = starts.shape[1]

    def q_of(v):
        return 0.5 * jnp.sum((step(v) - v) ** 2, axis=1)

    value_and_grad = jax.value_and_grad(lambda v: jnp.mean(q_of(v)))

    def update(state):
        i, v, mean, square, rate, best, num_bad, _ = state
        q, g = value_and_grad(v)
        i = i + 1
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        power = i.astype(v.dtype)
        unbiased, root = mean / (1 - 0.9**power), jnp.sqrt(square / (1 - 0.999**power))
        v = v - rate * unbiased / (root + 1e-8)
        # ReduceLROnPlateau(factor=.95, patience=2), its relative threshold 1e-4
        is_better = q < best * (1 - 1e-4)
        num_bad = jnp.where(is_better, 0, num_bad + 1)
        rate = jnp.where(num_bad > 2, 0.95 * rate, rate)
        num_bad = jnp.where(num_bad > 2, 0, num_bad)
        max_speed = jnp.sqrt(2 * jnp.max(q_of(v)) / num_units) / gain
        return (
            i,
            v,
            mean,
            square,
            rate,
            jnp.where(is_better, q, best),
            num_bad,
            max_speed,
        )

    def should_continue(state):
        return (state[0] < max_steps) & (state[-1] > TOLERANCE)

    zeros, one = jnp.zeros_like(starts), jnp.ones((), starts.dtype)
    state = (
        jnp.zeros((), int), starts, zeros, zeros, one, one * jnp.inf,
        jnp.zeros((), int), one * jnp.inf,
    )  # fmt: skip
    state = jax.lax.while_loop(should_continue, update, state)
    return state[1], state[0]


def optimistix_search(net: cj.AbstractNetwork, count: int) -> Callable | None:
    """Return optimistix's compiled search from `count` starts, in float64.

    Return `None` if optimistix is not installed.
    """
    try:
        import optimistix as optx
    except ImportError:
        return None
    weights = cj.effective(net)

    def force(v, _):
        bias = 0.0 if weights.b_hid is None else weights.b_hid
        return -v + weights.w_hid @ net.activation(v) + bias

    solver = optx.LevenbergMarquardt(rtol=1e-13, atol=1e-13)

    def solve(v):
        return optx.least_squares(force, solver, v, max_steps=300, throw=False).value

    shape = jax.ShapeDtypeStruct((count, net.n_hidden), jnp.float64)
    search = jax.jit(lambda starts: jax.lax.map(solve, starts, batch_size=LANES))
    return search.lower(shape).compile()


def rms(x: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(x**2, axis=-1))


def starts_of(net: cj.AbstractNetwork, count: int) -> np.ndarray:
    key, noise = jax.random.split(jax.random.key(1))
    initial = 2.0 * jax.random.normal(key, (64, net.n_hidden), net.dtype)
    no_input = jnp.zeros((64, 100, net.n_in), net.dtype)
    visited = cj.rollout(net, no_input, state=cj.State(initial)).potentials
    visited = np.asarray(visited[:, ::6].reshape(-1, net.n_hidden))[:count]
    return visited + 0.5 * np.asarray(jax.random.normal(noise, visited.shape))


def seconds(function: Callable, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(function())
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def measure(
    net: cj.AbstractNetwork, count: int, *, max_steps: int, repeats: int
) -> dict:
    starts = starts_of(net, count)
    gain, candidates = float(net.dt / net.tau), jnp.asarray(starts)

    def no_input(v):
        return jnp.zeros((len(v), net.n_in))

    def step(v):
        return cj.step(net, cj.State(v), no_input(v)).potentials

    def ours():
        return find_fixed_points(
            net, None, starts, jitter=0.0, candidates=len(starts), tolerance=TOLERANCE
        )

    peer = jax.jit(lambda v: adam_jointly(step, v, gain, max_steps))
    optimistix = optimistix_search(net, min(PART, len(starts)))
    start = time.perf_counter()
    points = ours()
    first_call = time.perf_counter() - start
    end, num_steps = jax.block_until_ready(peer(candidates))
    final_speed = rms(np.asarray(step(end) - end)) / gain
    # a step must leave our fixed points unchanged
    fixed_points = points.where(points.converged)
    v = np.resize(fixed_points.points, starts.shape)
    assert rms(np.asarray(step(jnp.asarray(v))) - v).max() / gain < 10 * TOLERANCE
    facts: dict = {
        "N": net.n_hidden,
        "candidates": len(starts),
        "ours s": seconds(ours, repeats),
        "Adam s": seconds(lambda: peer(candidates), 1),
        "points": len(fixed_points),
        "converged": float(np.mean(points.candidate_converged)),
        "Adam converged": float(np.mean(final_speed <= TOLERANCE)),
        "Adam steps": int(num_steps),
        "first call s": first_call,
        "optimistix s": None,
        "optimistix converged": None,
    }
    if optimistix is not None:
        part = candidates[:PART]
        start = time.perf_counter()
        end = jax.block_until_ready(optimistix(part))
        facts["optimistix s"] = (
            (time.perf_counter() - start) * len(candidates) / len(part)
        )
        final_speed = rms(np.asarray(step(end) - end)) / gain
        facts["optimistix converged"] = float(np.mean(final_speed <= TOLERANCE))
    return facts


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    options = arguments(__doc__)
    results: list = []
    goals: list = []
    max_steps, repeats, num_updates = (200, 1, 5) if options.smoke else (5000, 3, 600)
    for units, count in SMOKE if options.smoke else SIZES:
        for name, net in networks(units, num_updates).items():
            facts = measure(net, count, max_steps=max_steps, repeats=repeats)
            times = facts["Adam s"] / facts["ours s"]
            rate = times * facts["converged"] / max(facts["Adam converged"], 1 / count)
            results.append(
                {"network": name, **facts, "Adam / ours": times, "ours / Adam": rate}
            )
            label = f"{count} candidates to 1e-10, N = {units}"
            is_fast, is_better = facts["ours s"] < 10, rate >= 10
            goals += [
                goal(f"{label}: s", "< 10", facts["ours s"], is_fast, name),
                goal(
                    f"{label}: converged a second, ours / Adam jointly",
                    ">= 10",
                    rate,
                    is_better,
                    name,
                ),
            ]
    print(table(tuple(results[0]), [tuple(row.values()) for row in results]))
    if not options.smoke:
        print("written to", write("fixed_points", results, goals))


if __name__ == "__main__":
    main()
