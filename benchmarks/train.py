"""Measure training on perceptual decision-making: an update, and a run to criterion.

The run is that of the command line: until the mean of the last five validations is
above 85 %. PyTorch loop: written by hand for this task (`_torch_loop.py`). nn4n and
NeuralRNN train as in their documentation (`_trainers.py`). What is not installed is
omitted.

An update draws trials and noise, differentiates and applies Adam. All contenders run in
turn in one process, restricted to one CPU and to two, after compilation.

A run to criterion is a new process, from its start to its end, for each seed: imports,
compilation, updates and validations. Ours runs without a compilation cache (cold), and
with one that holds its programs (warm).
"""
# pyright: reportMissingImports=false

from collections.abc import Callable
import importlib.util
import json
import os
from pathlib import Path
import tempfile
import time
from typing import Any

from _by_hand import swapped
from _problem import gradient
from _timing import (
    arguments,
    goal,
    goal_rows,
    in_process,
    interleaved,
    print_ms,
    table,
    worst,
    write,
)
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


SEEDS = (0, 1, 2)
THREADS = (1, 2)
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"
LIBRARIES = {"torch": "PyTorch loop", "nn4n": "nn4n loop", "neuralrnn": "NeuralRNN"}
OUR_UPDATES, THEIR_UPDATES = 100, 10
"""Updates in a timed call."""


def settings_of(seed: int, threads: int, smoke: bool) -> dict[str, Any]:
    return {
        "seed": seed,
        "threads": threads,
        "num_updates": 50 if smoke else 10_000,
        "validation_size": 22 if smoke else 550,
        "batch_size": 20,
        "validate_every": 50,
        "criterion": 0.85,
        "learning_rate": 5e-3,
        "clip_norm": 1.0,
    }


def make(seed: int) -> tuple[Any, Any, jax.Array]:
    """Return the network, the task, and the key of the training."""
    net_key, key = jax.random.split(jax.random.key(seed))
    net = cj.presets.song2016("rdm_dense", key=net_key)
    return net, cj.tasks.make("perceptual_decision"), key


def problem_of(net: Any, task: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Return network, task and settings as numbers and lists, for `_torch_loop.py`."""
    weights = cj.effective(net)
    names = ("w_in", "w_hid", "w_out", "v0")
    lists: dict[str, Any] = {n: np.asarray(getattr(weights, n)).tolist() for n in names}
    sigma = 0.0 if net.noise is None else float(net.noise.sigma)
    epochs = task.validation(jax.random.key(0), task.n_conditions).epochs
    noise = float(jnp.sqrt(2 * task.tau_in / task.dt) * task.sigma_in)
    of_task = {
        "n_steps": task.n_steps,
        # of a trial that is not a catch trial; all have the same
        "epochs": {n: np.asarray(steps)[1].tolist() for n, steps in epochs.items()},
        "coherences": np.asarray(task.coherences).tolist(),
        "noise": noise,
    }
    for name in ("catch_probability", "baseline", "high", "low"):
        of_task[name] = float(getattr(task, name))
    gamma = float(net.dt) / float(net.tau)
    of_net = lists | {"gamma": gamma, "sigma": sigma}
    return settings | {"net": of_net, "task": of_task}


def check_equal(net: Any, settings: dict[str, Any]) -> None:
    """Assert that the other libraries have our network and our task, without noise.

    Networks: outputs, and the gradient of the mean squared output by all weights. Task:
    inputs, targets where they count, and mask of all conditions.
    """
    import _torch_loop
    import _trainers
    import torch

    net = cj.noiseless(net)
    task = cj.tasks.make("perceptual_decision", sigma_in=0.0)
    problem = problem_of(net, task, settings)
    conditions = _torch_loop.balanced(problem["task"], 2 * task.n_conditions)
    u, targets, mask = _torch_loop.draw(problem["task"], *conditions)
    trials = task.validation(jax.random.key(0), 2 * task.n_conditions)
    expected = swapped((trials.inputs, trials.mask * trials.targets, trials.mask))
    for a, b in zip((u, mask * targets, mask), expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)

    u = u[:30]
    array = swapped(jnp.asarray(u.numpy()))

    def check(name: str, net: Any, outputs: torch.Tensor, w_hid: torch.Tensor) -> None:
        expected = swapped(cj.rollout(net, array).outputs)
        np.testing.assert_allclose(outputs.detach(), expected, atol=1e-4, err_msg=name)
        (outputs**2).mean().backward()
        theirs = np.abs(np.asarray(w_hid.grad))  # some are by the magnitudes
        ours = np.abs(np.asarray(gradient(net, array).raw.w_hid))
        ours, theirs = (x * (problem_signs != 0) for x in (ours, theirs))
        np.testing.assert_allclose(theirs, ours, atol=1e-4 * ours.max(), err_msg=name)

    problem_signs = np.sign(np.asarray(problem["net"]["w_hid"]))
    model = _torch_loop.EINetwork(problem["net"])
    check("PyTorch loop", net, model(u), model.w_hid)
    if importlib.util.find_spec("nn4n") is not None:
        model = _trainers.nn4n_network(problem["net"])
        w_hid = model.recurrent_layer.hidden_layer.weight
        check("nn4n", net, model(u)[0], w_hid)
    if importlib.util.find_spec("neuralrnn") is not None:
        model = _trainers.neuralrnn_network(problem["net"])
        outputs = model(u.transpose(0, 1)).outputs.transpose(0, 1)
        of_rates = cj.replace(net, form=cj.dynamics.RateForm())
        check("NeuralRNN", of_rates, outputs, model.h2h.weight)


def optimiser_of(settings: dict[str, Any]) -> optax.GradientTransformation:
    return optax.chain(
        optax.clip_by_global_norm(settings["clip_norm"]),
        optax.adam(settings["learning_rate"]),
    )


def updates(settings: dict[str, Any], smoke: bool, repeats: int) -> dict[str, float]:
    """Return milliseconds of an update of each contender."""
    net, task, key = make(settings["seed"])
    our_updates, their_updates = (3, 2) if smoke else (OUR_UPDATES, THEIR_UPDATES)
    optimiser = optimiser_of(settings)

    def ours() -> Any:
        return cj.fit(
            net,
            task,
            optimiser,
            num_updates=our_updates,
            batch_size=settings["batch_size"],
            validate_every=our_updates + 1,
            key=key,
        ).network

    contenders: dict[str, Callable] = {"ours": ours}
    if importlib.util.find_spec("torch") is not None:
        import _trainers
        import torch

        torch.set_num_threads(settings["threads"])
        check_equal(net, settings)
        problem = problem_of(net, task, settings)
        contenders |= _trainers.updates_by_library(problem, their_updates)
    ms = interleaved(contenders, (), repeats=repeats)
    return {
        name: time / (our_updates if name == "ours" else their_updates)
        for name, time in ms.items()
    }


def to_criterion(settings: dict[str, Any]) -> dict[str, Any]:
    """Train ours; return the facts of the run."""
    net, task, key = make(settings["seed"])
    result = cj.fit(
        net,
        task,
        optimiser_of(settings),
        num_updates=settings["num_updates"],
        batch_size=settings["batch_size"],
        validate_every=settings["validate_every"],
        validation_size=settings["validation_size"],
        stop_when=cj.MeanAbove(settings["criterion"]),
        key=key,
    )
    last = result.history.performance[-5:]
    return {
        "updates": result.state.step,
        "last 5 validations": np.asarray(last).tolist(),
        "violations": int(cj.violations(result.network)),
    }


def timed(program: str, threads: int, **environment: str) -> dict[str, Any]:
    """Run a program to its end; return what it prints and its seconds."""
    start = time.perf_counter()
    facts = in_process(
        program,
        smoke=False,
        repeats=1,
        num_cpus=threads,
        xla_flags=ONE_THREAD if threads == 1 else "",
        **environment,
    )
    return {"seconds": time.perf_counter() - start} | facts


def runs(seed: int, threads: int, folder: str, smoke: bool) -> dict[str, dict]:
    """Return the runs to criterion of a seed, by contender.

    `folder` holds the compilation cache of ours, which is filled first.
    """
    settings = settings_of(seed, threads, smoke)
    ours = {"CTRNN_JAX_RUN": json.dumps(settings)}
    cache = {
        "JAX_ENABLE_COMPILATION_CACHE": "true",
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }
    no_cache = {"JAX_ENABLE_COMPILATION_CACHE": "false"}
    results = {"ours, cold": timed(__file__, threads, **ours, **no_cache)}
    if not smoke:
        if not os.listdir(folder):
            short = json.dumps(settings | {"num_updates": settings["validate_every"]})
            timed(__file__, threads, **cache, CTRNN_JAX_RUN=short)
        results["ours, warm"] = timed(__file__, threads, **ours, **cache)
    if importlib.util.find_spec("torch") is not None:
        net, task, _ = make(seed)
        path = Path(folder) / "problem.json"
        path.write_text(json.dumps(problem_of(net, task, settings)))
        program = str(Path(__file__).parent / "_torch_loop.py")
        results["PyTorch loop"] = timed(program, threads, CTRNN_JAX_PROBLEM=str(path))
        path.unlink()
    return results


def cpus(count: int) -> str:
    return "1 CPU" if count == 1 else f"{count} CPUs"


def goals_of(of_updates: dict[int, dict], of_runs: dict[str, dict]) -> list[dict]:
    """Return the goals. `of_updates` is by threads, `of_runs` by seed and threads."""
    goals = []
    for threads, ms in of_updates.items():
        figures = {n: t / ms["ours"] for n, t in ms.items() if n != "ours"}
        if figures:
            ratio, at = worst(figures, is_lowest=True)
            what = "an update of perceptual decision: fastest library / ours"
            at = f"{cpus(threads)}, {at}"
            goals.append(goal(what, ">= 5", ratio, ratio >= 5, at))
    (first, *_), ours = of_runs.values(), "ours, "
    for name in (name for name in first if name.startswith(ours)):
        cache = name.removeprefix(ours)
        seconds = {at: run[name]["seconds"] for at, run in of_runs.items()}
        slowest, at = worst(seconds, is_lowest=False)
        what = f"process to the 85 % criterion, {cache} cache, slowest, s"
        goals.append(goal(what, "< 10", slowest, slowest < 10, at))
        figures = {
            at: run["PyTorch loop"]["seconds"] / seconds[at]
            for at, run in of_runs.items()
            if "PyTorch loop" in run
        }
        if figures:
            ratio, at = worst(figures, is_lowest=True)
            what = f"process to the 85 % criterion, {cache} cache: PyTorch loop / ours"
            goals.append(goal(what, ">= 1", ratio, ratio >= 1, at))
    return goals


def main() -> None:
    options = arguments(__doc__)
    smoke = options.smoke
    if "CTRNN_JAX_RUN" in os.environ:
        print(json.dumps(to_criterion(json.loads(os.environ["CTRNN_JAX_RUN"]))))
        return
    if "CTRNN_JAX_THREADS" in os.environ:
        threads = int(os.environ["CTRNN_JAX_THREADS"])
        settings = settings_of(SEEDS[0], threads, smoke)
        print(json.dumps(updates(settings, smoke, options.repeats)))
        return
    of_updates, of_runs, rows = {}, {}, []
    for threads in THREADS[:1] if smoke else THREADS:
        of_updates[threads] = in_process(
            __file__,
            smoke=smoke,
            repeats=options.repeats,
            num_cpus=threads,
            xla_flags=ONE_THREAD if threads == 1 else "",
            CTRNN_JAX_THREADS=str(threads),
        )
        print_ms(f"an update, {cpus(threads)}", of_updates[threads])
        with tempfile.TemporaryDirectory() as folder:
            for seed in SEEDS[:1] if smoke else SEEDS:
                at = f"{cpus(threads)}, seed {seed}"
                of_runs[at] = runs(seed, threads, folder, smoke)
                for who, run in of_runs[at].items():
                    rows.append((at, who, run["seconds"], run["updates"]))
                    print(*rows[-1], flush=True)
    print(table(("run to criterion", "", "seconds", "updates"), rows))
    missing = [
        name
        for module, name in LIBRARIES.items()
        if importlib.util.find_spec(module) is None
    ]
    print("not installed:", ", ".join(missing) or "none")
    goals = goals_of(of_updates, of_runs)
    print(goal_rows(goals))
    if not smoke:
        results = {"ms an update, by CPUs": of_updates, "runs to criterion": of_runs}
        print("written to", write("train", results, goals))


if __name__ == "__main__":
    main()
