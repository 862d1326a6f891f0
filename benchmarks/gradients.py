"""Measure gradients against hand-written scans, worst beside best.

A gradient is `jax.value_and_grad` by all weights and biases. The losses read outputs,
potentials, rates, outputs and the L2 norm of the rates (the usual regulariser), or all
of them. A rollout records everything by default, or only what the loss reads (narrow).
`filter_grad` differentiates by every number of the network, dt and tau too; `vmap` runs
over trials instead of the batch axis.

The hand-written scan is the fastest of three (`_by_hand.py`). It is compared like with
like: our default, with the batch axis first, with a scan that takes and returns the
batch axis first, and `time_major=True` with one that does neither. `bound` is the
fastest of several programs that write the reverse pass out, for two of the losses.

The same comparison is made with the usual loss for an update of `fit` and of a
hand-written training step, for short-term plasticity, and for many networks at once.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import _by_hand
from _by_hand import KINDS, swapped, weights_of
from _problem import SIZES, vanilla
from _timing import (
    arguments,
    compile_all,
    goal,
    goal_rows,
    interleaved,
    print_ms,
    table,
    worst,
    write,
)
import ensemble
import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


SMOKE = ((8, 3, 10),)
FLOORS = {8: 0.0, 50: 1.5, 100: 1.35, 256: 1.5, 512: 1.2}
"""Goals by number of units; 8 is that of `--smoke`."""

BLOCKS = (5, 10, 20)
"""Steps in a block of a gradient that is written out."""

PLASTIC_SIZES = SIZES[1:3]
NUM_UPDATES = {50: 400, 100: 60, 256: 12, 512: 6, 8: 3}
"""Updates in one call of `fit`, by number of units: they take about half a second."""

USUAL = "outputs + L2 of rates"
LOSSES: dict[str, Callable] = {
    "outputs": lambda v, r, y: jnp.mean(y**2),
    "potentials": lambda v, r, y: jnp.mean(v**2),
    "rates": lambda v, r, y: jnp.mean(r**2),
    USUAL: lambda v, r, y: jnp.mean(y**2) + 1e-3 * jnp.mean(r**2),
    "all": lambda v, r, y: jnp.mean(y**2) + 1e-3 * jnp.mean(r**2) + jnp.mean(v**2),
}
BOUNDED = ("potentials", USUAL)
NARROW = {
    "outputs": cj.Record(potentials=False, rates=False),
    "potentials": cj.Record(rates=False, outputs=False),
    "rates": cj.Record(potentials=False, outputs=False),
    USUAL: cj.Record(potentials=False),
}  # "all" reads everything
ORDERS = {"batch first": False, "time first": True}


def make_data(units: int, batch: int, steps: int, **options: Any) -> dict[str, Any]:
    """Return all arguments of the contenders, so that XLA folds no constant."""
    biases = dict.fromkeys(("b_hid", "b_out"), cj.initialisers.Normal(0.1))
    net = vanilla(units, **biases, **options)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    weights = weights_of(cj.effective(net))
    return {"net": net, "weights": weights, "u": u, "u_time_first": swapped(u)}


def by_hand(
    data: dict, *, loss: Callable, time_major: bool = False, **options: Any
) -> tuple[Array, _by_hand.Weights]:
    """Return the value and the gradient of a hand-written scan."""
    u = data["u_time_first"] if time_major else data["u"]
    options |= {"loss": loss, "time_major": time_major}
    return _by_hand.gradient(data["weights"], u, **options)


def scans(**options: Any) -> dict[str, Callable]:
    """Return all hand-written scans by name; options as those of `by_hand`."""
    return {
        f"{kind}, {order}": partial(by_hand, kind=kind, time_major=is_first, **options)
        for kind in KINDS
        for order, is_first in ORDERS.items()
    }


def ours(
    data: dict,
    *,
    loss: Callable,
    time_major: bool = False,
    everything: bool = False,
    trials: Callable = lambda run, u: run(u),
    **options: Any,
) -> Any:
    """Return the value and the gradient by the network.

    `trials` runs a function of inputs on all trials. The options are those of
    `rollout`.
    """
    u = data["u_time_first"] if time_major else data["u"]

    def value(net: Any) -> Array:
        def run(u: Array) -> tuple:
            traj = cj.rollout(net, u, time_major=time_major, **options)
            return traj.potentials, traj.rates, traj.outputs

        return loss(*trials(run, u))

    net = data["net"]
    if everything:
        return eqx.filter_value_and_grad(value)(net)
    params, static = eqx.partition(net, cj.trainable(net))
    return jax.value_and_grad(lambda p: value(eqx.combine(p, static)))(params)


WAYS: dict[str, dict] = {
    "default": {},
    "narrow": {},
    "time_major": {"time_major": True},
    "time_major, narrow": {"time_major": True},
    "filter_grad": {"everything": True},
    "vmap": {"trials": lambda run, u: jax.vmap(run)(u)},
}
GOAL_WAYS = ("default", "narrow", "time_major", "time_major, narrow")


def ours_by_way(name: str) -> dict[str, Callable]:
    """Return our ways to differentiate a loss; without narrow ones if it reads all."""
    ways = {}
    for way, options in WAYS.items():
        if "narrow" not in way:
            ways[way] = partial(ours, loss=LOSSES[name], **options)
        elif name in NARROW:
            options = options | {"record": NARROW[name]}
            ways[way] = partial(ours, loss=LOSSES[name], **options)
    return ways


def bounds(name: str, steps: int) -> dict[str, Callable]:
    """Return the gradients of a loss that are written out, for BOUNDED losses."""
    if name not in BOUNDED:
        return {}

    def written_out(data: dict, gradient: Callable, **options: Any) -> Any:
        options |= {"loss": LOSSES[name]}
        return gradient(data["weights"], data["u_time_first"], **options)

    blocks = partial(written_out, gradient=_by_hand.gradient_in_blocks)
    calls: dict[str, Callable] = {
        f"bound, blocks of {size}": partial(blocks, size=size)
        for size in BLOCKS
        if steps % size == 0
    }
    units_first = partial(written_out, gradient=_by_hand.gradient_units_first)
    return calls | {"bound, units first": units_first}


def check_equal(results: dict[str, tuple]) -> None:
    """Assert that all values and gradients are equal, up to rounding.

    The first is that of a hand-written scan.
    """
    (value, expected), *_ = results.values()
    for name, (other, gradient) in results.items():
        np.testing.assert_allclose(other, value, rtol=1e-4, err_msg=name)
        if not isinstance(gradient, dict):
            gradient = weights_of(gradient.raw)
        for weight, b in expected.items():
            atol = 5e-4 * float(jnp.abs(b).max()) + 1e-9
            message = f"{name}, {weight}"
            np.testing.assert_allclose(gradient[weight], b, atol=atol, err_msg=message)


def milliseconds(contenders: dict[str, Callable], data: dict, repeats: int) -> dict:
    """Compile and compare the contenders; return the milliseconds of each."""
    compiled, _ = compile_all(contenders, (data,))
    check_equal({name: call(data) for name, call in compiled.items()})
    return interleaved(compiled, (data,), repeats=repeats)


def fastest(ms: dict[str, float], ending: str) -> float:
    """Return the time of the fastest hand-written scan, by the end of its name."""
    return min(t for name, t in ms.items() if name.endswith(ending))


def measure(size: tuple[int, int, int], name: str, repeats: int) -> dict[str, Any]:
    """Return milliseconds of each contender, and the ratios to the fastest scan."""
    data = make_data(*size)
    contenders = scans(loss=LOSSES[name]) | ours_by_way(name) | bounds(name, size[2])
    ms = milliseconds(contenders, data, repeats)
    ratios = {
        way: fastest(ms, "time first" if "time_major" in way else "batch first")
        / ms[way]
        for way in WAYS
        if way in ms
    }
    measured: dict[str, Any] = {"ms": ms, "ratios": ratios}
    if name in BOUNDED:
        bound = min(t for contender, t in ms.items() if contender.startswith("bound"))
        measured["over bound"] = {
            way: ms[way] / bound for way in ratios if "time_major" in way
        }
    return measured


class FixedTrials(cj.tasks.AbstractTask):
    """The same trials in every batch, so that an update draws nothing."""

    trials: cj.tasks.Trial
    dt: float = eqx.field(static=True, default=20.0)
    input_names: tuple = eqx.field(static=True, default=("input 1", "input 2"))
    output_names: tuple = eqx.field(static=True, default=("output 1", "output 2"))

    @property
    def n_steps(self) -> int:
        return self.trials.inputs.shape[1]

    def render(self, condition: Any, key: Array) -> cj.tasks.Trial:
        del condition, key
        return jax.tree.map(lambda x: x[0], self.trials)

    def batch(self, key: Array, size: int) -> cj.tasks.Trial:
        del key, size
        return self.trials

    def score(self, outputs: Array, trials: cj.tasks.Trial) -> Array:
        del trials
        return jnp.zeros(outputs.shape[:-2])


def fixed_trials(u: Array) -> FixedTrials:
    batch, steps, _ = u.shape
    targets = jax.random.normal(jax.random.key(2), (batch, steps, 2), jnp.float32)
    facts = {"t_end": jnp.full(batch, steps), "is_catch": jnp.zeros(batch, bool)}
    mask = jnp.ones_like(targets)
    return FixedTrials(trials=cj.tasks.Trial(u, targets, mask, facts, epochs={}))


def training(size: tuple[int, int, int], repeats: int) -> dict[str, Any]:
    """Return milliseconds of an update with the L2 norm of rates: ours, and by hand.

    Ours is one call of `fit`. The hand-written loop calls a compiled step.
    """
    data, num_updates = make_data(*size), NUM_UPDATES[size[0]]
    task, optimiser = fixed_trials(data["u"]), optax.adam(1e-3)
    trials, start = task.trials, data["weights"]

    @partial(jax.jit, static_argnames="kind")
    def step(
        weights: Any, opt_state: Any, trials: cj.tasks.Trial, *, kind: str
    ) -> tuple:
        u, targets, mask = swapped((trials.inputs, trials.targets, trials.mask))

        def loss(v: Array, r: Array, y: Array) -> Array:
            error = jnp.sum(mask * (y - targets) ** 2) / jnp.sum(mask)
            return error + 1e-3 * jnp.mean(r**2)

        options = {"loss": loss, "kind": kind, "time_major": True}
        value, gradient = _by_hand.gradient(weights, u, **options)
        updates, opt_state = optimiser.update(gradient, opt_state, weights)
        return optax.apply_updates(weights, updates), opt_state, value

    def loop(kind: str, count: int = num_updates) -> tuple[Any, list]:
        weights, opt_state, values = start, first_opt_state, []
        for _ in range(count):
            weights, opt_state, value = step(weights, opt_state, trials, kind=kind)
            values.append(value)
        return weights, values

    def fit(count: int = num_updates) -> tuple[Any, Any]:
        result = cj.fit(
            data["net"],
            task,
            optimiser,
            num_updates=count,
            batch_size=size[1],
            validate_every=num_updates + 1,
            loss=cj.Loss(rates=cj.penalties.RateL2(1e-3)),
            key=jax.random.key(0),
        )
        return weights_of(cj.effective(result.network)), result.history.loss

    first_opt_state = optimiser.init(start)
    contenders: dict[str, Callable] = {kind: partial(loop, kind) for kind in KINDS}
    contenders["fit"] = fit

    def change(weights: _by_hand.Weights) -> np.ndarray:
        names = sorted(start)
        return np.concatenate([np.ravel(weights[n] - start[n]) for n in names])

    # rounding grows in later updates
    expected, losses = contenders[KINDS[0]](count=min(num_updates, 10))
    for name, run in contenders.items():
        weights, other_losses = run(count=len(losses))
        np.testing.assert_allclose(other_losses, losses, rtol=1e-4, err_msg=name)
        error = np.linalg.norm(change(weights) - change(expected))
        assert error <= 1e-2 * np.linalg.norm(change(expected)), (name, error)
    ms = {
        name: time / num_updates
        for name, time in interleaved(contenders, (), repeats=repeats).items()
    }
    return {"ms": ms, "ratio": min(ms[kind] for kind in KINDS) / ms["fit"]}


def plasticity(size: tuple[int, int, int], repeats: int) -> dict[str, Any]:
    """Return milliseconds of a gradient with short-term plasticity, by order of axes.

    The network is rectified. The scan by hand has the equations of Mongillo et al.
    (2008) with rates in Hz.
    """
    of_kinds = cj.dynamics.ShortTermPlasticity.of_kinds
    synapses = of_kinds(np.arange(size[0]) % 2 == 0)
    data = make_data(*size, activation="relu", synapses=synapses)
    data["synapses"] = tuple(
        jnp.asarray(getattr(synapses, name), jnp.float32)
        for name in ("tau_u", "tau_x", "baseline")
    )

    def plastic(data: dict, **options: Any) -> tuple[Array, _by_hand.Weights]:
        tau_u, tau_x, baseline = data["synapses"]
        dt, seconds = 20.0, 0.02

        def advance(state: tuple, r: Array) -> tuple[tuple, Array]:
            u, x = state
            new_u = u + dt / tau_u * (baseline - u) + seconds * baseline * (1 - u) * r
            new_x = x + dt / tau_x * (1 - x) - seconds * u * x * r
            u, x = jnp.clip(new_u, 0, 1), jnp.clip(new_x, 0, 1)
            return (u, x), u * x * r

        ones = jnp.ones((size[1], size[0]), jnp.float32)
        options |= {"synapses": ((baseline * ones, ones), advance), "f": jax.nn.relu}
        return by_hand(data, loss=LOSSES[USUAL], **options)

    contenders: dict[str, Callable] = {
        f"{kind}, {order}": partial(plastic, kind=kind, time_major=is_first)
        for kind in KINDS
        for order, is_first in ORDERS.items()
    }
    for order, is_first in ORDERS.items():
        loss = LOSSES[USUAL]
        contenders[f"ours, {order}"] = partial(ours, loss=loss, time_major=is_first)
    ms = milliseconds(contenders, data, repeats)
    ratios = {
        order: min(ms[f"{kind}, {order}"] for kind in KINDS) / ms[f"ours, {order}"]
        for order in ORDERS
    }
    return {"ms": ms, "ratios": ratios}


def networks(size: tuple[int, int, int, int], repeats: int) -> dict[str, Any]:
    """Return milliseconds of the gradients of many networks.

    Ours is `cj.map_networks`; the hand-written scans run under `vmap` and `lax.map`.
    """
    count, units, batch, steps = size
    nets = eqx.filter_vmap(lambda key: vanilla(units, key))(
        jax.random.split(jax.random.key(0), count)
    )
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    weights = weights_of(jax.vmap(cj.effective)(nets))
    data = {"nets": nets, "weights": weights, "u": u}

    def mapped_scan(data: dict, *, kind: str, map_fn: Callable) -> Any:
        loss, u = LOSSES[USUAL], data["u"]

        def of_network(w: _by_hand.Weights) -> Any:
            return _by_hand.gradient(w, u, loss=loss, kind=kind)

        return map_fn(of_network, data["weights"])

    def map_networks(data: dict) -> Any:
        u = data["u"]

        def of_network(net: Any) -> Any:
            return ours({"net": net, "u": u}, loss=LOSSES[USUAL])

        return cj.map_networks(of_network, data["nets"])

    maps = {"vmap": lambda fn, xs: jax.vmap(fn)(xs), "lax.map": jax.lax.map}
    contenders: dict[str, Callable] = {
        f"{kind}, {name}": partial(mapped_scan, kind=kind, map_fn=map_fn)
        for kind in KINDS
        for name, map_fn in maps.items()
    }
    contenders["ours"] = map_networks
    ms = milliseconds(contenders, data, repeats)
    best = min(time for name, time in ms.items() if name != "ours")
    return {"ms": ms, "ratio": best / ms["ours"]}


def goals_of(units: int, by_loss: dict[str, dict], fit_ratio: float) -> list[dict]:
    """Return the goals of a size: the worst of all losses and ways."""
    figures = {
        f"{name}, {way}": result["ratios"][way]
        for name, result in by_loss.items()
        for way in GOAL_WAYS
        if way in result["ratios"]
    }
    floor, size = FLOORS[units], f"N = {units}"
    ratio, at = worst(figures, is_lowest=True)
    what = "gradient, worst loss, record and order of axes: fastest scan by hand / ours"
    goals = [goal(what, f">= {floor}", ratio, ratio >= floor, f"{size}, {at}")]
    what = "update of `fit` with L2 of rates: fastest training step by hand / ours"
    is_met = fit_ratio >= floor
    goals.append(goal(what, f">= {floor}", fit_ratio, is_met, size))
    for way, what, target in (
        ("filter_grad", "filter_grad of everything / trainable", 1.15),
        ("vmap", "vmap over trials / native batch", 1.2),
    ):
        figures = {n: r["ms"][way] / r["ms"]["default"] for n, r in by_loss.items()}
        ratio, at = worst(figures, is_lowest=False)
        what = f"gradient, worst loss: {what}"
        is_met = ratio <= target
        goals.append(goal(what, f"<= {target}", ratio, is_met, f"{size}, {at}"))
    figures = {
        f"{name}, {way}": ratio
        for name in BOUNDED
        for way, ratio in by_loss[name]["over bound"].items()
    }
    ratio, at = worst(figures, is_lowest=False)
    what = "time-major gradient, worst loss and record / written out by hand"
    goals.append(goal(what, "<= 1.15", ratio, ratio <= 1.15, f"{size}, {at}"))
    return goals


def label(size: tuple[int, ...]) -> str:
    return ", ".join(map(str, size))


def main() -> None:
    options = arguments(__doc__)
    repeats, smoke = options.repeats, options.smoke
    rows, results, goals = [], [], []
    for size in SMOKE if smoke else SIZES:
        by_loss = {}
        for name in BOUNDED if smoke else LOSSES:
            by_loss[name] = measure(size, name, repeats)
            ratios = by_loss[name]["ratios"]
            rows.append((label(size), name, *(ratios.get(way, "") for way in WAYS)))
            print_ms(f"{label(size)}, {name}", by_loss[name]["ms"])
        of_fit = training(size, repeats)
        print_ms(f"{label(size)}, an update", of_fit["ms"])
        names = dict(zip(("N", "batch", "T"), size, strict=True))
        results.append(names | by_loss | {"fit": of_fit})
        goals += goals_of(size[0], by_loss, of_fit["ratio"])
    others = []
    for size in SMOKE if smoke else PLASTIC_SIZES:
        measured = plasticity(size, repeats)
        print_ms(f"{label(size)}, plasticity", measured["ms"])
        others.append({"what": "plasticity", "size": size} | measured)
        ratio, at = worst(measured["ratios"], is_lowest=True)
        what = "gradient with short-term plasticity: fastest scan by hand / ours"
        at = f"N = {size[0]}, {at}"
        goals.append(goal(what, ">= 1.5", ratio, ratio >= 1.5, at))
    for size in ensemble.SMOKE if smoke else ensemble.SIZES[:2]:
        measured = networks(size, repeats)
        print_ms(f"{label(size)}, networks", measured["ms"])
        others.append({"what": "networks", "size": size} | measured)
        what = f"gradient of {size[0]} networks: fastest mapped scan by hand / ours"
        ratio, at = measured["ratio"], f"N = {size[1]}"
        goals.append(goal(what, ">= 1.3", ratio, ratio >= 1.3, at))
    print("times that the fastest hand-written scan takes, over ours:")
    print(table(("N, batch, T", "loss", *WAYS), rows))
    print(goal_rows(goals))
    if not smoke:
        print("written to", write("gradients", results + others, goals))


if __name__ == "__main__":
    main()
