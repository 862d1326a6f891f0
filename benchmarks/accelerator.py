"""Measure an accelerator beside the CPU of its machine: one run of about 5 minutes.

Run `python benchmarks/accelerator.py` on a machine with a GPU or TPU. Sections run in
the order of their worth, and stop after `--seconds`; the last lines list what was left
out. Each measurement is printed and written as it comes, to
`results/accelerator-<device>.json` or to `--out`, so a run that is killed leaves the
measurements before it. It needs the package's dependencies alone, and no network. With
`PYTHONPATH=.` it runs from a checkout that is not installed.

- accuracy: float32 here against float64 on the CPU, by precision of the products.
- speed: forward and gradient, a hand-written scan, and the gradient on the CPU.
- adjoints: sizes of chunks, steps an iteration, and operations that a step launches.
- kernel: `KernelAdjoint`, one kernel for all steps of a small network (on GPUs).
- bits: which random numbers and trials are those of the CPU.
- ensembles: training updates of many networks by `vmap`, beside one network.
- training: tasks to their criterion, with compilation and again without.
- command buffers: whether XLA records kernels and launches them together (on GPUs).
- cudnn: `torch.nn.RNN`, which has no leak, where torch sees a GPU.

A gradient is `jax.value_and_grad` of the outputs and the L2 norm of the rates, batch
first. Times are microseconds a step.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
import importlib.util
import json
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from typing import Any


# another process measures command buffers on the same device, so leave it memory
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

from _bits import comparison
from _contenders import (
    check_equal,
    data_of,
    forward,
    forward_by_hand,
    gradient,
    gradient_by_hand,
    per_step,
    relative_error,
    w_hid_of,
)
from _limited_run import Run
from _loops import loops, operations_a_step
from _problem import vanilla
from _quick_compilation import with_quick_compilation
from _timing import compile_all, interleaved
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


ALL_STEPS = 2**62
ADJOINTS: dict[str, cj.simulation.AbstractAdjoint] = {
    "default": cj.HoistedAdjoint(),
    "64 KiB": cj.HoistedAdjoint(2**16),
    "one chunk": cj.HoistedAdjoint(ALL_STEPS),
    "one chunk, unroll 8": cj.HoistedAdjoint(ALL_STEPS, 8),
    "direct": cj.DirectAdjoint(),
}
"""The ways to differentiate that are timed: add others here."""

COMMAND_BUFFERS = {
    "off": "--xla_gpu_enable_command_buffer=",
    "with loops": "--xla_gpu_enable_command_buffer=+WHILE,+CONDITIONAL "
    "--xla_gpu_graph_min_graph_size=1",
}
"""XLA flags that change which operations a GPU records and launches together."""

CORNERS = ((256, 64), (32, 1), (32, 1024), (1024, 64), (2048, 1), (2048, 1024))
MORE_CORNERS = (
    (64, 64), (32, 64), (256, 1), (256, 1024), (128, 64), (64, 1024), (1024, 1),
    (2048, 64), (1024, 1024),
)  # fmt: skip
KERNEL = ((64, 64), (128, 64), (64, 1024))
MIDDLE = ((256, 64), (64, 64), (1024, 64))
SMOKE = ((16, 4),)
"""Units and trials."""

CPU_FLOPS = 2e11
"""The CPU runs fewer steps of a large network, so that a gradient has about these."""

TRAINED = ("perceptual_decision", "delaygo")
TRAINING_SECONDS = 60


def accuracy(run: Run) -> None:
    """Compare with float64, for each precision of products."""
    units, batch = (16, 4) if run.smoke else (256, 32)
    data = data_of(units, batch, run.steps)
    with jax.enable_x64(True), jax.default_device(jax.devices("cpu")[0]):
        wide = {
            name: jax.tree.map(lambda x: jnp.asarray(np.asarray(x, np.float64)), x)
            for name, x in data.items()
            if name != "net"
        }
        _, rates, outputs = map(np.asarray, jax.jit(forward_by_hand)(wide))
        reference = w_hid_of(jax.jit(gradient_by_hand)(wide)[1])
    calls = {"forward": forward, "gradient": gradient}
    compiled = {}
    for precision in (None, "highest") if run.smoke else (None, "high", "highest"):
        with jax.default_matmul_precision(precision):
            programs, _ = compile_all(calls, (data,))
        _, r, y = programs["forward"](data)
        run.add(
            "accuracy",
            precision=precision or "JAX's default",
            rates=relative_error(r, rates),
            outputs=relative_error(y, outputs),
            w_hid_gradient=relative_error(
                w_hid_of(programs["gradient"](data)[1]), reference
            ),
        )
        compiled[precision or "default"] = programs["gradient"]
    ms = interleaved(compiled, (data,), repeats=run.repeats)
    run.add("accuracy, gradient", N=units, batch=batch, **per_step(ms, run.steps))


def speed(run: Run, corners: tuple[tuple[int, int], ...]) -> None:
    """Time forward and gradient, and the gradient on the CPU."""
    for units, batch in corners:
        if not run.has_time("speed", f"from N {units}, batch {batch}", 40):
            break
        data = data_of(units, batch, run.steps)
        calls = {
            "forward": forward,
            "forward by hand": forward_by_hand,
            "gradient": gradient,
            "gradient by hand": gradient_by_hand,
        }
        compiled, seconds = compile_all(calls, (data,))
        check_equal({name: compiled[name](data) for name in list(calls)[2:]})
        ms = interleaved(compiled, (data,), repeats=run.repeats)
        cpu_us = on_cpu(units, batch, run)
        run.add(
            "speed",
            N=units,
            batch=batch,
            **per_step(ms, run.steps),
            forward_ratio=ms["forward by hand"] / ms["forward"],
            gradient_ratio=ms["gradient by hand"] / ms["gradient"],
            compile_s=seconds["gradient"],
            cpu_gradient_us=cpu_us,
            cpu_ratio=cpu_us and cpu_us * run.steps / (1e3 * ms["gradient"]),
        )
    measured = [row for row in run.rows if row.get("cpu_ratio")]
    for batch in sorted({row["batch"] for row in measured}):
        ratios = {r["N"]: r["cpu_ratio"] for r in measured if r["batch"] == batch}
        faster = [n for n in ratios if all(ratios[m] > 1 for m in ratios if m >= n)]
        run.add(
            "faster than the CPU",
            batch=batch,
            from_N=min(faster, default="none"),
            of=sorted(ratios),
        )


def on_cpu(units: int, batch: int, run: Run) -> float | None:
    """Return microseconds a step of a gradient on the CPU; `None` without one."""
    try:
        cpu = jax.devices("cpu")[0]
    except RuntimeError:  # JAX_PLATFORMS excludes it
        return None
    flops_a_step = 6 * batch * units**2
    steps = min(run.steps, max(5, int(CPU_FLOPS / flops_a_step)))
    data = jax.device_put(data_of(units, batch, steps), cpu)
    compiled, _ = compile_all({"gradient": gradient}, (data,))
    ms = interleaved(compiled, (data,), repeats=min(run.repeats, 3))
    return 1e3 * ms["gradient"] / steps


def adjoints(run: Run) -> None:
    """Time the ways to differentiate, and count what a step launches."""
    calls: dict[str, Callable] = {
        name: partial(gradient, adjoint=adjoint) for name, adjoint in ADJOINTS.items()
    }
    for unroll in () if run.smoke else (1, 8):
        name = f"by hand, unroll {unroll}"
        calls[name] = partial(gradient_by_hand, unroll=unroll)
    for units, batch in SMOKE if run.smoke else MIDDLE:
        if not run.has_time("adjoints", f"from N {units}, batch {batch}", 45):
            return
        compare(run, "adjoints", calls, units, batch)


def compare(
    run: Run, section: str, calls: dict[str, Callable], units: int, batch: int
) -> None:
    """Time gradients of one size; report each with what its loops launch."""
    data = data_of(units, batch, run.steps)
    compiled, seconds = compile_all(calls, (data,))
    check_equal({name: program(data) for name, program in compiled.items()})
    ms = interleaved(compiled, (data,), repeats=run.repeats)
    for name, program in compiled.items():
        all_loops = loops(program.as_text())
        run.add(
            section,
            N=units,
            batch=batch,
            gradient=name,
            us=1e3 * ms[name] / run.steps,
            compile_s=seconds[name],
            launched_a_step=operations_a_step(all_loops, run.steps),
            loops=[
                f"{'backward' if loop.is_backward else 'forward'} "
                f"{loop.trips} x {dict(loop.operations)}"
                for loop in all_loops
            ],
        )


def launches(run: Run) -> None:
    """Time three gradients, for one choice of XLA's command buffers."""
    calls: dict[str, Callable] = {"by hand": gradient_by_hand}
    for name in ("default", "one chunk, unroll 8"):
        calls[name] = partial(gradient, adjoint=ADJOINTS[name])
    units, batch = SMOKE[0] if run.smoke else MIDDLE[0]
    compare(run, "launches", calls, units, batch)


def command_buffers(run: Run) -> None:
    """Run `launches` in a process for each choice: XLA reads its flags once.

    Its gradients with XLA's defaults are those of `adjoints`.
    """
    for name, flags in list(COMMAND_BUFFERS.items())[: 1 if run.smoke else None]:
        if not run.has_time("command buffers", f"from {name!r}", 40):
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.json"
            arguments = ["--only", "launches", "--out", str(path)]
            completed = subprocess.run(
                [sys.executable, __file__, *arguments, *["--smoke"] * run.smoke],
                env=os.environ
                | {"XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=None if run.smoke else run.left(),
            )
            assert completed.returncode == 0, completed.stdout[-2000:]
            rows = json.loads(path.read_text())["results"]["rows"]
        for row in rows:
            del row["section"]
            run.add("command buffers", buffers=name, **row)


def bits(run: Run) -> None:
    """Compare random numbers and trials with those of the CPU, bit by bit."""
    of_device: dict[str, list[dict[str, np.ndarray]]] = {}
    for device in (jax.devices()[0], jax.devices("cpu")[0]):
        with jax.default_device(device):
            for group, arrays in random_arrays(16 if run.smoke else 256):
                of_device.setdefault(group, []).append(arrays)
    for group, (here, cpu) in of_device.items():
        names = {name: comparison(here[name], cpu[name]) for name in here}
        run.add("bits", group=group, **names)


def random_arrays(count: int) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Yield groups of arrays that follow from a key."""
    key = jax.random.key(0)
    index = jnp.arange(count)
    keys = jax.vmap(partial(jax.random.fold_in, key))(index)
    # after one step from 0 without weights, the potentials are the noise
    zeros: dict[str, Any] = {
        "w_hid": jnp.zeros((count, count)),
        "w_in": jnp.zeros((count, 1)),
    }
    noise = cj.StepNoise(post=1.0)
    net = cj.CTRNN(1, count, 1, dt=20.0, tau=20.0, noise=noise, key=key, **zeros)
    drawn = {
        "keys of trials": jax.random.key_data(keys),
        "words": jax.random.bits(key, (count, count)),
        "jax.random.normal": jax.random.normal(key, (count, count)),
        "noise": cj.rollout(net, jnp.zeros((16 * count, 1, 1)), key=key).potentials,
        "initial w_hid": cj.effective(vanilla(count)).w_hid,
    }
    yield "draws", jax.tree.map(np.asarray, drawn)
    for name in TRAINED[: 1 if count < 100 else None]:
        trials = cj.tasks.make(name).batch(key, count)
        fields = {"inputs": trials.inputs, "targets": trials.targets}
        fields |= {"mask": trials.mask, **trials.conditions}
        yield name, jax.tree.map(np.asarray, fields)


def ensembles(run: Run) -> None:
    """Time training updates of many networks by `vmap`, beside one network."""
    units, batch = (8, 3) if run.smoke else (64, 20)
    task = cj.tasks.PerceptualDecision(dt=100.0 if run.smoke else 20.0)
    optimiser = optax.adam(1e-3)

    def make(key: Any) -> Any:
        noise = cj.DiffusionNoise(0.15)
        net = cj.CTRNN(
            task.n_in, units, task.n_out, dt=task.dt, tau=100.0, noise=noise, key=key
        )
        return net, optimiser.init(eqx.filter(net, cj.trainable(net))), key

    def update(net: Any, state: Any, key: Any) -> Any:
        return cj.train_step(
            net, state, key=key, task=task, optimiser=optimiser, batch_size=batch
        )

    args = make(jax.random.key(0))
    compiled, _ = compile_all({"one": update}, args)
    one_ms = interleaved(compiled, args, repeats=run.repeats)["one"]
    for members in (2,) if run.smoke else (64, 1024):
        if not run.has_time("ensembles", f"from {members} members", 25):
            return
        args = eqx.filter_vmap(make)(jax.random.split(jax.random.key(0), members))
        compiled, seconds = compile_all({"all": jax.vmap(update)}, args)
        all_ms = interleaved(compiled, args, repeats=run.repeats)["all"]
        run.add(
            "ensembles",
            N=units,
            members=members,
            updates_a_second=1e3 * members / all_ms,
            one_network=1e3 / one_ms,
            ratio=members * one_ms / all_ms,
            compile_s=seconds["all"],
        )


def training(run: Run, name: str) -> None:
    """Train the recipe of a task to its stop rule, twice; the second is compiled.

    A training ends after `TRAINING_SECONDS` at the latest.
    """
    recipe = cj.recipe(name)
    task = recipe.task(name)
    units = 10 if run.smoke else None  # those of the recipe
    net = recipe.network(task, n_hidden=units, key=jax.random.key(0))
    optimiser = recipe.transform(recipe.learning_rate)
    for what in ("cold", "warm"):
        if not run.has_time("training", f"{name}, {what}", 30):
            return
        start = time.perf_counter()
        end = start + min(TRAINING_SECONDS, run.left() - 15)
        result = cj.fit(
            net,
            task,
            optimiser,
            num_updates=4 if run.smoke else recipe.num_updates,
            batch_size=recipe.batch_size,
            stop_when=recipe.stop_when,
            loss=recipe.loss,
            validate_every=2 if run.smoke else recipe.validate_every,
            validation_size=recipe.validation_size,
            callback=lambda report, end=end: time.perf_counter() > end,
            key=jax.random.key(1),
        )
        run.add(
            "training",
            task=name,
            run=what,
            seconds=time.perf_counter() - start,
            updates=result.state.step,
            stopped=result.stopped,
            performance=float(result.history.performance[-1]),
            violations=int(cj.violations(result.network)),
        )
        if result.stopped == "callback":
            run.add("training", left_out=f"{name}, {what}: not to its criterion")
            return


def kernel(run: Run) -> None:
    """Time the kernel for small networks beside the loops that XLA compiles."""
    if jax.default_backend() != "gpu":
        return run.add("kernel", left_out="JAX has no GPU")
    names = ("default", "one chunk, unroll 8")
    adjoints = {name: ADJOINTS[name] for name in names}
    adjoints["kernel"] = cj.simulation.KernelAdjoint()
    calls: dict[str, Callable] = {
        name: partial(gradient, adjoint=adjoint) for name, adjoint in adjoints.items()
    }
    for units, batch in KERNEL:
        if not run.has_time("kernel", f"from N {units}, batch {batch}", 20):
            return
        compare(run, "kernel", calls, units, batch)


def cudnn(run: Run) -> None:
    """Time the gradient of `torch.nn.RNN`, whose kernel holds many steps."""
    if importlib.util.find_spec("torch") is None:
        return run.add("cudnn", left_out="torch is not installed")
    import torch  # pyright: ignore[reportMissingImports]

    if not torch.cuda.is_available():
        return run.add("cudnn", left_out="torch sees no GPU")
    for units, batch in MIDDLE:
        rnn = torch.nn.RNN(2, units).cuda()
        u = torch.randn(run.steps, batch, 2, device="cuda")

        def once(rnn: Any = rnn, u: Any = u) -> float:
            start = time.perf_counter()
            rnn.zero_grad()
            rnn(u)[0].square().mean().backward()
            torch.cuda.synchronize()
            return time.perf_counter() - start

        times = [once() for _ in range(run.repeats + 3)][3:]
        us = 1e6 * statistics.median(times) / run.steps
        run.add("cudnn", N=units, batch=batch, gradient_us=us)


SECTIONS: dict[str, tuple[float, Callable[[Run], None]]] = {
    "accuracy": (30, accuracy),
    "speed": (40, lambda run: speed(run, SMOKE if run.smoke else CORNERS)),
    "adjoints": (45, adjoints),
    "kernel": (20, kernel),
    "bits": (20, bits),
    "ensembles": (30, ensembles),
    "command buffers": (40, command_buffers),
    "training": (30, partial(training, name=TRAINED[0])),
    "training of Yang's task": (
        40,
        lambda run: None if run.smoke else training(run, TRAINED[1]),
    ),
    "cudnn": (25, cudnn),
    "more corners": (40, lambda run: None if run.smoke else speed(run, MORE_CORNERS)),
    "launches": (0, launches),
}
"""The seconds that each section needs at least, and its function."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, no results")
    parser.add_argument("--seconds", type=float, default=290.0, help="time for all")
    parser.add_argument("--out", type=Path, help="the file to write")
    parser.add_argument("--only", nargs="*", choices=SECTIONS, help="the sections")
    options = parser.parse_args()
    if options.smoke:  # XLA reads its flags when the first array is made
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = with_quick_compilation(flags)
    run = Run(options)
    failed = []
    # `launches` is run by `command buffers`, in other processes
    for name in options.only or list(SECTIONS)[:-1]:
        seconds, section = SECTIONS[name]
        if not run.has_time(name, "all", seconds):
            continue
        try:
            section(run)
        except Exception as error:
            traceback.print_exc()
            failed.append(name)
            run.add(name, failed=f"{type(error).__name__}: {error}"[:1000])
    for row in run.rows:
        if "left_out" in row:
            print(f"left out of {row['section']}: {row['left_out']}")
    if run.writes:
        print("written to", run.path)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
