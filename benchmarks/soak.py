"""Train and analyse in one process for half an hour; measure its memory and its speed.

Each round does what a long session does, with new objects and other numbers, and the
same shapes: it trains a network with an optimiser that was made anew, continues it
from a checkpoint, trains an ensemble, and computes rollouts, fixed points, a spectrum,
Lyapunov exponents, principal components, pictures and a network file. The resident
memory is read after each round, after a collection of garbage. The time of an update
is that of one more `fit` call, which compiles nothing. Goals: the memory grows by at
most 1 MB a minute after the first five minutes, and an update takes as long at the end
as at the beginning.
"""

import argparse
import gc
import os
from pathlib import Path
import statistics
import tempfile
import time

from _timing import goal, table, write
import jax
import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
import optax

import ctrnn_jax as cj


mpl.use("Agg")

from matplotlib import pyplot as plt


WARM_UP = 5 / 30
"""The part of the time that is not judged: five minutes of half an hour."""
TIMED_UPDATES = 200
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mb() -> float:
    """Return the resident memory of this process in MB (10**6 bytes)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE / 1e6


def trained(index: int, folder: Path) -> cj.training.FitResult:
    """Train in two parts, the second from the checkpoint of the first."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    net = cj.EIRNN(
        task.n_in, 50, task.n_out, dt=20.0, tau=100.0,
        noise=cj.StepNoise(0.1), key=jax.random.key(index),
    )  # fmt: skip
    options = {
        "batch_size": 16,
        "validate_every": 20,
        "loss": cj.Loss(rates=cj.penalties.RateL2(1e-3)),
        "checkpoints": cj.Checkpoints(folder / f"run{index}", every=20),
        "key": jax.random.key(index),
    }
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adam(1e-3 * (1 + index % 3))
    )
    cj.fit(net, task, optimiser, num_updates=20, **options)
    return cj.fit(net, task, optimiser, num_updates=40, resume=True, **options)


def ensemble(index: int) -> None:
    """Train three networks at once."""
    task = cj.tasks.FlipFlop(dt=20.0)
    cj.fit_ensemble(
        lambda key: cj.CTRNN(task.n_in, 16, task.n_out, dt=20.0, tau=100.0, key=key),
        task,
        lambda learning_rate: optax.adam(learning_rate),
        seeds=range(3 * index, 3 * index + 3),
        sweep={"learning_rate": [1e-3]},
        num_updates=10,
        batch_size=4,
        validate_every=10,
    )


def analysed(net: cj.AbstractNetwork, index: int, folder: Path) -> None:
    """Analyse, draw, save and load a network."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    key = jax.random.key(index)
    trials = task.batch(key, 32)
    traj = cj.rollout(net, trials.inputs, record=cj.Record(rates=True), key=key)
    quiet = cj.noiseless(net)
    starts = np.random.default_rng(index).normal(size=(64, net.n_hidden))
    cj.analysis.find_fixed_points(
        quiet, starts=jnp.asarray(starts, jnp.float32), key=key
    )
    cj.analysis.spectrum(quiet)
    cj.analysis.lyapunov(quiet, steps=400, key=key)
    components = cj.analysis.pca(traj.rates)
    fig, axes = plt.subplots(1, 3)
    cj.plotting.plot_rates(traj.rates[0], ax=axes[0], dt=task.dt)
    cj.plotting.plot_weights(cj.effective(net).w_hid, ax=axes[1])
    cj.plotting.plot_trajectories(components, traj.rates, ax=axes[2])
    fig.savefig(folder / "picture.png")
    plt.close(fig)
    cj.save(folder / "network.safetensors", net)
    cj.load(folder / "network.safetensors")


def update_ms(net: cj.AbstractNetwork, index: int) -> float:
    """Return the milliseconds of an update of a `fit` call that compiles nothing."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    start = time.perf_counter()
    cj.fit(
        net, task, optax.adam(1e-3 * (1 + index % 3)), num_updates=TIMED_UPDATES,
        batch_size=16, validate_every=TIMED_UPDATES, key=jax.random.key(index),
    )  # fmt: skip
    return 1e3 * (time.perf_counter() - start) / TIMED_UPDATES


def one_round(index: int, folder: Path) -> float:
    """Do everything once; return the milliseconds of an update."""
    net = trained(index, folder).network
    ensemble(index)
    analysed(net, index, folder)
    return update_ms(net, index)


def slope(minutes: np.ndarray, values: np.ndarray) -> float:
    """Return the slope of a line through the points by least squares."""
    return float(np.polyfit(minutes, values, 1)[0])


def judged(rows: list[tuple[float, float, float]], total: float) -> list[dict]:
    """Return the goals, from rows of minutes, MB, and ms of an update."""
    minutes, memory, ms = np.array(rows).T
    late = minutes >= WARM_UP * total
    growth = slope(minutes[late], memory[late])
    where = f"{memory[late][0]:.0f} to {memory[-1]:.0f} MB, {len(rows)} rounds"
    times = ms[late]
    half = len(times) // 2
    ratio = statistics.median(times[half:]) / statistics.median(times[:half])
    worst = float(times.max() / np.median(times))
    spread = f"medians of the halves; the slowest call {worst:.2f} of the median"
    return [
        goal("growth of the memory, MB a minute", "<= 1", growth, growth <= 1, where),
        goal("an update late / early", "<= 1.1", float(ratio), ratio <= 1.1, spread),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two rounds")
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args()
    rows: list[tuple[float, float, float]] = []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        while True:
            index = len(rows)
            ms = one_round(index, Path(temporary))
            minutes = (time.perf_counter() - start) / 60
            rows.append((minutes, resident_mb(), ms))
            print(
                f"round {index}: {minutes:.2f} min, {rows[-1][1]:.1f} MB, {ms:.2f} ms",
                flush=True,
            )
            if options.smoke and len(rows) == 2:
                return
            if not options.smoke and minutes >= options.minutes:
                break
    goals = judged(rows, options.minutes)
    shown = rows[:: max(1, len(rows) // 15)]
    print(table(("minutes", "MB", "ms an update"), shown))
    for row in goals:
        print(f"{row['what']}: {row['figure']:.3g} (goal {row['goal']}; {row['at']})")
    print("written to", write("soak", rows[:: max(1, len(rows) // 100)], goals))


if __name__ == "__main__":
    main()
