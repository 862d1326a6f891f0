"""Measure `fit` against a bare loop of `train_step`, checkpoints, and ensembles.

The bare loop is a jitted scan of `train_step` over as many updates as one compiled call
of `fit` runs; the losses are read after each call. The loop has no validations, so they
are timed separately and subtracted from the time of `fit`. The ensemble is trained by
`fit_ensemble`, in this process and, on two virtual CPU devices, in a separate process.
Its peer is the same networks trained by `fit` in sequence. Both are compiled before
they are timed.
"""

import json
import os
from pathlib import Path
import statistics
import tempfile
import time
from typing import Any

from _timing import arguments, goal, interleaved, on_virtual_devices, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


OPTIMISER = optax.adam(1e-3)
DEVICES = 2
SETTINGS: dict[str, Any] = {"batch_size": 20, "validation_size": 11}
TASK = cj.tasks.PerceptualDecision()
OUTPUTS = cj.Record(potentials=False, rates=False)


def make(units: int):
    return lambda key: cj.EIRNN(
        TASK.n_in,
        units,
        TASK.n_out,
        dt=20.0,
        tau=100.0,
        noise=cj.DiffusionNoise(0.15),
        dtype=jnp.float32,
        key=key,
    )


def overhead(units: int, chunk: int, calls: int, repeats: int) -> dict:
    """Return milliseconds per update: bare, and in `fit` without its validations."""
    net, key = make(units)(jax.random.key(0)), jax.random.key(1)
    train_key, validation_key = jax.random.split(key)

    @jax.jit
    def scanned(net, opt_state, start):
        def update(carry, i):
            update_key = jax.random.fold_in(train_key, start + i)
            net, opt_state = carry
            net, opt_state, metrics = cj.train_step(
                net,
                opt_state,
                key=update_key,
                task=TASK,
                optimiser=OPTIMISER,
                batch_size=20,
            )
            return (net, opt_state), metrics.loss

        return jax.lax.scan(update, (net, opt_state), jnp.arange(chunk))

    @jax.jit
    def validated(net, key):
        trial_key, noise_key = jax.random.split(key)
        trials = TASK.validation(trial_key, 11)
        outputs = cj.rollout(net, trials.inputs, key=noise_key, record=OUTPUTS).outputs
        return TASK.performance(outputs, trials), TASK.output_loss(outputs, trials)

    opt_state = OPTIMISER.init(eqx.filter(net, cj.trainable(net)))

    def bare():
        carry, losses = (net, opt_state), []
        for call in range(calls):
            carry, call_losses = scanned(*carry, jnp.asarray(call * chunk, jnp.int32))
            losses.append(np.asarray(call_losses))
        return carry[0], np.concatenate(losses)

    def validations():
        return [
            [float(x) for x in validated(net, jax.random.fold_in(validation_key, i))]
            for i in range(calls)
        ]

    def ours():
        return cj.fit(
            net,
            TASK,
            OPTIMISER,
            num_updates=calls * chunk,
            validate_every=chunk,
            key=key,
            **SETTINGS,
        )

    # check that both give the same losses before they are timed
    np.testing.assert_allclose(ours().history.loss, bare()[1], rtol=2e-3)
    contenders = {
        "bare": lambda: bare()[0],
        "fit": lambda: ours().network,
        "validations": validations,
    }
    times = interleaved(contenders, (), repeats=repeats)
    num_updates = calls * chunk
    fit_ms = (times["fit"] - times["validations"]) / num_updates
    return {
        "units": units,
        "updates a call": chunk,
        "bare (ms an update)": times["bare"] / num_updates,
        "fit": fit_ms,
        "ratio": fit_ms * num_updates / times["bare"],
    }


def saving(units: int, num_updates: int, num_saves: int) -> dict:
    """Return the seconds that one checkpoint adds while training continues."""
    net, key = make(units)(jax.random.key(0)), jax.random.key(1)
    every = num_updates // num_saves

    def run(**options):
        return cj.fit(
            net,
            TASK,
            OPTIMISER,
            num_updates=num_updates,
            validate_every=every,
            key=key,
            **SETTINGS,
            **options,
        )

    run()
    with tempfile.TemporaryDirectory() as folder:
        without_saves, with_saves = [], []
        for turn in range(3):
            start = time.perf_counter()
            run()
            without_saves.append(time.perf_counter() - start)
            with cj.Checkpoints(Path(folder) / str(turn), every=every) as checkpoints:
                start = time.perf_counter()
                run(checkpoints=checkpoints)
                with_saves.append(time.perf_counter() - start)
    save_seconds = statistics.median(with_saves) - statistics.median(without_saves)
    save_seconds /= num_saves
    return {
        "units": units,
        "run (s)": statistics.median(without_saves),
        "saves": num_saves,
        "a save (s)": save_seconds,
        "percent, every 30 s": 100 * max(save_seconds, 0.0) / 30,
    }


def ensemble(
    members: int, units: int, num_updates: int, repeats: int, mesh=None
) -> dict:
    """Return updates per second of all members: by `fit` in sequence, and together."""
    build = make(units)
    settings: dict[str, Any] = {
        "num_updates": num_updates, "validate_every": num_updates, **SETTINGS,
    }  # fmt: skip

    def sequence():
        networks = []
        for seed in range(members):
            net_key, key = jax.random.split(jax.random.key(seed))
            net = build(net_key)
            networks.append(cj.fit(net, TASK, OPTIMISER, key=key, **settings).network)
        return networks

    def together():
        return cj.fit_ensemble(
            build, TASK, OPTIMISER, seeds=range(members), mesh=mesh, **settings
        ).networks

    for single, stacked in zip(
        jax.tree.leaves(cj.effective(sequence()[-1])),
        jax.tree.leaves(jax.vmap(cj.effective)(together())),
        strict=True,
    ):
        np.testing.assert_allclose(stacked[-1], single, atol=2e-3)
    times = interleaved({"sequence": sequence, "ours": together}, (), repeats=repeats)
    rate = {name: 1e3 * members * num_updates / ms for name, ms in times.items()}
    return {
        "members": members,
        "units": units,
        "devices": jax.device_count(),
        "in sequence (updates/s)": rate["sequence"],
        "together": rate["ours"],
        "ratio": rate["ours"] / rate["sequence"],
    }


def main() -> None:
    options = arguments(__doc__)
    repeats, smoke = options.repeats, options.smoke
    members, units, num_updates = (4, 8, 3) if smoke else (32, 64, 50)
    if os.environ.get("CTRNN_JAX_PART") == "devices":
        mesh = cj.sharding.mesh(networks=jax.device_count())
        print(json.dumps(ensemble(members, units, num_updates, repeats, mesh)))
        return
    few_repeats = 2 if smoke else min(repeats, 7)
    sizes = ((8, 3),) if smoke else ((100, 50), (100, 500), (256, 50))
    overheads = [
        overhead(n, chunk, 2 if smoke else 4, few_repeats) for n, chunk in sizes
    ]
    print(table(list(overheads[0]), [tuple(c.values()) for c in overheads]))
    save = saving(*((8, 6, 2) if smoke else (256, 400, 8)))
    print(table(list(save), [tuple(save.values())]))
    ensembles = [
        ensemble(members, units, num_updates, few_repeats),
        on_virtual_devices(
            __file__,
            DEVICES,
            smoke=smoke,
            repeats=few_repeats,
            CTRNN_JAX_PART="devices",
        ),
    ]
    print(table(list(ensembles[0]), [tuple(c.values()) for c in ensembles]))
    if smoke:
        return
    goals = [
        goal(
            "`fit` / bare loop of `train_step`, an update",
            "<= 1.05",
            cost["ratio"],
            cost["ratio"] <= 1.05,
            f"N = {cost['units']}, {cost['updates a call']} a call",
        )
        for cost in overheads
    ]
    percent = save["percent, every 30 s"]
    goals.append(
        goal("checkpoint every 30 s, percent of the run", "< 2", percent, percent < 2)
    )
    goals += [
        goal(
            "32 networks trained together / in sequence, updates a second",
            ">= 2.5",
            measured["ratio"],
            measured["ratio"] >= 2.5,
            f"{measured['devices']} devices" if measured["devices"] > 1 else "1 device",
        )
        for measured in ensembles
    ]
    write("fit", {"overhead": overheads, "saving": save, "ensemble": ensembles}, goals)


if __name__ == "__main__":
    main()
