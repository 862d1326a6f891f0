"""Fixed points of a network: Levenberg-Marquardt candidate by candidate, against Adam.

The first peer is the algorithm of fixed-point-finder (Golub & Sussillo 2018), written
out by hand in JAX: Adam on the mean of q = |G(v) - v|^2 / 2 over all candidates
jointly, G the step, rate 1 that falls by 0.95 on a plateau of two steps, up to 5,000
steps, in float64 here. It goes on until every candidate has the speed asked for: theirs
stops at q < 1e-12, which is a speed of about 1e-6.

The networks: three that are drawn, and a 3-bit flip-flop that is trained first, what
fixed-point-finder is shown on (`--smoke`: for a few updates).

Both start from the same candidates: states visited by the network, plus noise. Before
any timing a step must leave the points of ours where they are. The time of the peer is
that of its search alone, ours includes distinct points and their spectra.

Adam leaves many candidates short of the tolerance, so what is compared is converged
candidates a second; the ratio of plain times stands beside it. The second peer, if it
is installed (extra `bench`), is optimistix's Levenberg-Marquardt under vmap, on as many
of the candidates at a time as ours has at work; it takes minutes for all, so it is
timed on 64 of them, and its seconds are those for as many as ours.
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


def flip_flop(units: int, steps: int) -> cj.AbstractNetwork:
    """Trained to remember three bits, its noise off."""
    task, usual = cj.tasks.make("flip_flop"), cj.recipe("flip_flop")
    result = cj.fit(
        usual.network(task, key=jax.random.key(0), n_hidden=units),
        task,
        optax.chain(optax.clip_by_global_norm(1.0), optax.adam(2e-3)),
        num_updates=steps,
        batch_size=32,
        key=jax.random.key(1),
    )
    return cj.noiseless(result.network)


def networks(units: int, steps: int) -> dict[str, cj.AbstractNetwork]:
    """Three pools that remember a bit each, with some disorder; an EIRNN; a random
    network of gain 1.5, which has many slow points; and a trained flip-flop."""
    rng = np.random.default_rng(0)
    pools = np.arange(units) * 3 // units
    same = pools[:, None] == pools[None]
    memory = 2.0 * same / same.sum(1, keepdims=True)
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
        "trained flip-flop": flip_flop(units, steps),
    }


def adam_jointly(
    step: Callable, starts: jax.Array, gain: float, most: int
) -> tuple[jax.Array, jax.Array]:
    """What fixed-point-finder does (`FixedPointFinderTorch.py:84-196`), compiled."""
    size = starts.shape[1]

    def q_of(v):
        return 0.5 * jnp.sum((step(v) - v) ** 2, axis=1)

    value_and_grad = jax.value_and_grad(lambda v: jnp.mean(q_of(v)))

    def update(state):
        i, v, mean, square, rate, best, bad, _ = state
        q, g = value_and_grad(v)
        i = i + 1
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        power = i.astype(v.dtype)
        unbiased, root = mean / (1 - 0.9**power), jnp.sqrt(square / (1 - 0.999**power))
        v = v - rate * unbiased / (root + 1e-8)
        # ReduceLROnPlateau(factor=.95, patience=2), its relative threshold 1e-4
        better = q < best * (1 - 1e-4)
        bad = jnp.where(better, 0, bad + 1)
        rate = jnp.where(bad > 2, 0.95 * rate, rate)
        bad = jnp.where(bad > 2, 0, bad)
        slowest = jnp.sqrt(2 * jnp.max(q_of(v)) / size) / gain
        return i, v, mean, square, rate, jnp.where(better, q, best), bad, slowest

    def going(state):
        return (state[0] < most) & (state[-1] > TOLERANCE)

    zeros, one = jnp.zeros_like(starts), jnp.ones((), starts.dtype)
    state = (
        jnp.zeros((), int), starts, zeros, zeros, one, one * jnp.inf,
        jnp.zeros((), int), one * jnp.inf,
    )  # fmt: skip
    state = jax.lax.while_loop(going, update, state)
    return state[1], state[0]


def optimistix_search(net: cj.AbstractNetwork, count: int) -> Callable | None:
    """Its solver from so many starts, in float64; `None` if it is not installed."""
    try:
        import optimistix as optx
    except ImportError:
        return None
    weights = cj.effective(net)

    def force(v, _):
        bias = 0.0 if weights.b_hid is None else weights.b_hid
        return -v + weights.w_hid @ net.activation(v) + bias

    solver = optx.LevenbergMarquardt(rtol=1e-13, atol=1e-13)

    def one(v):
        return optx.least_squares(force, solver, v, max_steps=300, throw=False).value

    shape = jax.ShapeDtypeStruct((count, net.n_hidden), jnp.float64)
    search = jax.jit(lambda starts: jax.lax.map(one, starts, batch_size=LANES))
    return search.lower(shape).compile()


def rms(x: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(x**2, axis=-1))


def starts_of(net: cj.AbstractNetwork, count: int) -> np.ndarray:
    key, noise = jax.random.split(jax.random.key(1))
    first = 2.0 * jax.random.normal(key, (64, net.n_hidden), net.dtype)
    quiet = jnp.zeros((64, 100, net.n_in), net.dtype)
    visited = cj.rollout(net, quiet, state=cj.State(first)).potentials
    visited = np.asarray(visited[:, ::6].reshape(-1, net.n_hidden))[:count]
    return visited + 0.5 * np.asarray(jax.random.normal(noise, visited.shape))


def seconds(function: Callable, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        jax.block_until_ready(function())
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def measure(net: cj.AbstractNetwork, count: int, *, most: int, repeats: int) -> dict:
    starts = starts_of(net, count)
    gain, given = float(net.dt / net.tau), jnp.asarray(starts)

    def still(v):
        return jnp.zeros((len(v), net.n_in))

    def step(v):
        return cj.step(net, cj.State(v), still(v)).potentials

    def ours():
        return find_fixed_points(
            net, None, starts, jitter=0.0, candidates=len(starts), tolerance=TOLERANCE
        )

    peer = jax.jit(lambda v: adam_jointly(step, v, gain, most))
    other = optimistix_search(net, min(PART, len(starts)))
    begin = time.perf_counter()
    found = ours()
    first = time.perf_counter() - begin
    end, taken = jax.block_until_ready(peer(given))
    reached = rms(np.asarray(step(end) - end)) / gain
    # what ours calls fixed, a step leaves where it is
    fixed = found.where(found.converged)
    v = np.resize(fixed.points, starts.shape)
    assert rms(np.asarray(step(jnp.asarray(v))) - v).max() / gain < 10 * TOLERANCE
    facts: dict = {
        "N": net.n_hidden,
        "candidates": len(starts),
        "ours s": seconds(ours, repeats),
        "Adam s": seconds(lambda: peer(given), 1),
        "points": len(fixed),
        "converged": float(np.mean(found.candidate_converged)),
        "Adam converged": float(np.mean(reached <= TOLERANCE)),
        "Adam steps": int(taken),
        "first call s": first,
        "optimistix s": None,
        "optimistix converged": None,
    }
    if other is not None:
        some = given[:PART]
        begin = time.perf_counter()
        end = jax.block_until_ready(other(some))
        facts["optimistix s"] = (time.perf_counter() - begin) * len(given) / len(some)
        reached = rms(np.asarray(step(end) - end)) / gain
        facts["optimistix converged"] = float(np.mean(reached <= TOLERANCE))
    return facts


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    options = arguments(__doc__)
    results: list = []
    goals: list = []
    most, repeats, steps = (200, 1, 5) if options.smoke else (5000, 3, 600)
    for units, count in SMOKE if options.smoke else SIZES:
        for name, net in networks(units, steps).items():
            facts = measure(net, count, most=most, repeats=repeats)
            times = facts["Adam s"] / facts["ours s"]
            rate = times * facts["converged"] / max(facts["Adam converged"], 1 / count)
            results.append(
                {"network": name, **facts, "Adam / ours": times, "ours / Adam": rate}
            )
            label = f"{count} candidates to 1e-10, N = {units}"
            fast, better = facts["ours s"] < 10, rate >= 10
            goals += [
                goal(f"{label}: s", "< 10", facts["ours s"], fast, name),
                goal(
                    f"{label}: converged a second, ours / Adam jointly",
                    ">= 10",
                    rate,
                    better,
                    name,
                ),
            ]
    print(table(tuple(results[0]), [tuple(row.values()) for row in results]))
    if not options.smoke:
        print("written to", write("fixed_points", results, goals))


if __name__ == "__main__":
    main()
