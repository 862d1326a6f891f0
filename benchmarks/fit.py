"""What `fit` costs over a bare loop of `train_step`, what saving costs, and ensembles.

The bare loop is a jitted scan of `train_step` over as many updates as `fit` does in a
compiled call, its losses read after each: the same program, without `fit`. Validations,
which it lacks, are timed apart and taken off. The ensemble is trained by `fit_ensemble`
in this process and, on two virtual CPU devices, in one of its own, against the same
networks trained by `fit` one after the other; both compiled before.
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
    """Milliseconds an update: bare, and in `fit` without its validations."""
    net, key = make(units)(jax.random.key(0)), jax.random.key(1)
    train_key, validation_key = jax.random.split(key)

    @jax.jit
    def scanned(net, opt_state, first):
        def one(carry, i):
            at = jax.random.fold_in(train_key, first + i)
            net, opt_state = carry
            net, opt_state, metrics = cj.train_step(
                net, opt_state, key=at, task=TASK, optimiser=OPTIMISER, batch_size=20
            )
            return (net, opt_state), metrics.loss

        return jax.lax.scan(one, (net, opt_state), jnp.arange(chunk))

    @jax.jit
    def validated(net, key):
        trial_key, noise_key = jax.random.split(key)
        trials = TASK.validation(trial_key, 11)
        outputs = cj.rollout(net, trials.inputs, key=noise_key, record=OUTPUTS).outputs
        return TASK.performance(outputs, trials), TASK.output_loss(outputs, trials)

    start = OPTIMISER.init(eqx.filter(net, cj.trainable(net)))

    def bare():
        carry, losses = (net, start), []
        for call in range(calls):
            carry, some = scanned(*carry, jnp.asarray(call * chunk, jnp.int32))
            losses.append(np.asarray(some))
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

    # the same numbers first
    np.testing.assert_allclose(ours().history.loss, bare()[1], rtol=2e-3)
    contenders = {
        "bare": lambda: bare()[0],
        "fit": lambda: ours().network,
        "validations": validations,
    }
    times = interleaved(contenders, (), repeats=repeats)
    updates = calls * chunk
    of_fit = (times["fit"] - times["validations"]) / updates
    return {
        "units": units,
        "updates a call": chunk,
        "bare (ms an update)": times["bare"] / updates,
        "fit": of_fit,
        "ratio": of_fit * updates / times["bare"],
    }


def saving(units: int, updates: int, saves: int) -> dict:
    """Seconds that one checkpoint takes from training, saved while it goes on."""
    net, key = make(units)(jax.random.key(0)), jax.random.key(1)
    every = updates // saves

    def run(**options):
        return cj.fit(
            net,
            TASK,
            OPTIMISER,
            num_updates=updates,
            validate_every=every,
            key=key,
            **SETTINGS,
            **options,
        )

    run()
    with tempfile.TemporaryDirectory() as folder:
        plain, saved = [], []
        for turn in range(3):
            begun = time.perf_counter()
            run()
            plain.append(time.perf_counter() - begun)
            with cj.Checkpoints(Path(folder) / str(turn), every=every) as checkpoints:
                begun = time.perf_counter()
                run(checkpoints=checkpoints)
                saved.append(time.perf_counter() - begun)
    each = (statistics.median(saved) - statistics.median(plain)) / saves
    return {
        "units": units,
        "run (s)": statistics.median(plain),
        "saves": saves,
        "a save (s)": each,
        "percent, every 30 s": 100 * max(each, 0.0) / 30,
    }


def ensemble(members: int, units: int, steps: int, repeats: int, mesh=None) -> dict:
    """Updates a second of all members: in sequence by `fit`, and together."""
    build = make(units)
    settings: dict[str, Any] = {
        "steps": steps, "validate_every": steps, **SETTINGS,
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

    for one, stacked in zip(
        jax.tree.leaves(cj.effective(sequence()[-1])),
        jax.tree.leaves(jax.vmap(cj.effective)(together())),
        strict=True,
    ):
        np.testing.assert_allclose(stacked[-1], one, atol=2e-3)
    found = interleaved({"sequence": sequence, "ours": together}, (), repeats=repeats)
    rate = {name: 1e3 * members * steps / ms for name, ms in found.items()}
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
    members, units, steps = (4, 8, 4) if smoke else (32, 64, 50)
    if os.environ.get("CTRNN_JAX_PART") == "devices":
        mesh = cj.sharding.mesh(networks=jax.device_count())
        print(json.dumps(ensemble(members, units, steps, repeats, mesh)))
        return
    few = 2 if smoke else min(repeats, 7)
    sizes = ((8, 3),) if smoke else ((100, 50), (100, 500), (256, 50))
    costs = [overhead(n, chunk, 2 if smoke else 4, few) for n, chunk in sizes]
    print(table(list(costs[0]), [tuple(c.values()) for c in costs]))
    save = saving(*((8, 20, 2) if smoke else (256, 400, 8)))
    print(table(list(save), [tuple(save.values())]))
    together = [
        ensemble(members, units, steps, few),
        on_virtual_devices(
            __file__, DEVICES, smoke=smoke, repeats=few, CTRNN_JAX_PART="devices"
        ),
    ]
    print(table(list(together[0]), [tuple(c.values()) for c in together]))
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
        for cost in costs
    ]
    percent = save["percent, every 30 s"]
    goals.append(
        goal("checkpoint every 30 s, percent of the run", "< 2", percent, percent < 2)
    )
    goals += [
        goal(
            "32 networks trained together / in sequence, updates a second",
            ">= 2.5",
            one["ratio"],
            one["ratio"] >= 2.5,
            f"{one['devices']} devices" if one["devices"] > 1 else "1 device",
        )
        for one in together
    ]
    write("fit", {"overhead": costs, "saving": save, "ensemble": together}, goals)


if __name__ == "__main__":
    main()
