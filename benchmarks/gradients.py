"""Measure gradients of every loss against hand-written scans, worst beside best.

A gradient is `jax.value_and_grad` by all weights and biases. The losses read outputs,
potentials, rates, outputs and the L2 norm of the rates (the usual regulariser), or all
of them. A rollout records everything by default, or only what the loss reads (narrow);
`filter_grad` differentiates by every number of the network, dt and tau too.

The hand-written scan is the fastest of three: it carries the potentials; it carries
potentials and rates; it computes the products of the inputs before the loop. It is
compared like with like: our default, with the batch axis first, with a scan that takes
and returns the batch axis first, and `time_major=True` with one that does neither.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from _problem import SIZES, SMOKE, vanilla
from _timing import arguments, compile_all, goal, interleaved, table, write
import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


GAMMA = 0.2
FLOORS = {50: 1.5, 100: 1.35, 256: 1.5, 512: 1.2}

LOSSES: dict[str, Callable] = {
    "outputs": lambda v, r, y: jnp.mean(y**2),
    "potentials": lambda v, r, y: jnp.mean(v**2),
    "rates": lambda v, r, y: jnp.mean(r**2),
    "outputs + L2 of rates": lambda v, r, y: jnp.mean(y**2) + 1e-3 * jnp.mean(r**2),
    "all": lambda v, r, y: jnp.mean(y**2) + 1e-3 * jnp.mean(r**2) + jnp.mean(v**2),
}
EVERYTHING = cj.Record()
HOISTED = cj.HoistedAdjoint()
NARROW = {
    "outputs": cj.Record(potentials=False, rates=False),
    "potentials": cj.Record(rates=False, outputs=False),
    "rates": cj.Record(potentials=False, outputs=False),
    "outputs + L2 of rates": cj.Record(potentials=False),
    "all": EVERYTHING,
}


def potentials_carried(w: Any, u: Array, unroll: int = 1) -> tuple[Array, Array]:
    """Return potentials and rates, both with the time axis first."""

    def step(v: Array, x: Array) -> tuple[Array, Array]:
        current = jnp.tanh(v) @ w.w_hid.T + x @ w.w_in.T + w.b_hid
        v = v + GAMMA * (-v + current)
        return v, v

    v0 = jnp.broadcast_to(w.v0, (u.shape[1], w.v0.size))
    v = jax.lax.scan(step, v0, u, unroll=unroll)[1]
    return v, jnp.tanh(v)


def rates_carried(w: Any, u: Array) -> tuple[Array, Array]:
    def step(carry: tuple, x: Array) -> tuple[tuple, tuple]:
        v, r = carry
        v = v + GAMMA * (-v + r @ w.w_hid.T + x @ w.w_in.T + w.b_hid)
        return (v, jnp.tanh(v)), (v, jnp.tanh(v))

    v0 = jnp.broadcast_to(w.v0, (u.shape[1], w.v0.size))
    return jax.lax.scan(step, (v0, jnp.tanh(v0)), u)[1]


def inputs_hoisted(w: Any, u: Array) -> tuple[Array, Array]:
    def step(v: Array, drive: Array) -> tuple[Array, Array]:
        v = v + GAMMA * (-v + jnp.tanh(v) @ w.w_hid.T + drive)
        return v, v

    v0 = jnp.broadcast_to(w.v0, (u.shape[1], w.v0.size))
    v = jax.lax.scan(step, v0, u @ w.w_in.T + w.b_hid)[1]
    return v, jnp.tanh(v)


SCANS = {
    "potentials carried": potentials_carried,
    "rates carried": rates_carried,
    "inputs hoisted": inputs_hoisted,
}


def by_hand(data: dict, *, scan: Callable, loss: Callable, time_major: bool) -> Any:
    """Return the value and the gradient by the weights."""

    def value(w: Any) -> Array:
        u = data["u_time_first"] if time_major else jnp.swapaxes(data["u"], 0, 1)
        v, r = scan(w, u)
        y = r @ w.w_out.T + w.b_out
        if not time_major:
            v, r, y = (jnp.swapaxes(x, 0, 1) for x in (v, r, y))
        return loss(v, r, y)

    return jax.value_and_grad(value)(data["weights"])


def ours(
    data: dict,
    *,
    loss: Callable,
    record: cj.Record = EVERYTHING,
    time_major: bool = False,
    everything: bool = False,
    adjoint: cj.simulation.AbstractAdjoint = HOISTED,
) -> Any:
    """Return the value and the gradient by the network."""

    def value(net: Any) -> Array:
        u = data["u_time_first"] if time_major else data["u"]
        traj = cj.rollout(net, u, record=record, time_major=time_major, adjoint=adjoint)
        return loss(traj.potentials, traj.rates, traj.outputs)

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
}


def contenders(name: str) -> dict[str, Callable]:
    """Return our ways and the hand-written scans of one loss."""
    loss = LOSSES[name]
    records = {way: NARROW[name] for way in WAYS if "narrow" in way}
    calls: dict[str, Callable] = {
        way: partial(ours, loss=loss, record=records.get(way, EVERYTHING), **options)
        for way, options in WAYS.items()
    }
    for scan_name, scan in SCANS.items():
        for order, is_first in (("batch first", False), ("time first", True)):
            calls[f"{scan_name}, {order}"] = partial(
                by_hand, scan=scan, loss=loss, time_major=is_first
            )
    return calls


def check_equal(data: dict, name: str) -> None:
    """Assert that all contenders have one value and gradient, up to rounding."""
    results = {n: jax.jit(call)(data) for n, call in contenders(name).items()}
    value, expected = results["potentials carried, time first"]
    for way, (other, gradient) in results.items():
        w_hid = gradient.raw.w_hid if way in WAYS else gradient.w_hid
        np.testing.assert_allclose(other, value, rtol=1e-4)
        atol = 5e-4 * float(jnp.abs(expected.w_hid).max())
        np.testing.assert_allclose(w_hid, expected.w_hid, atol=atol)


def measure(size: tuple[int, int, int], name: str, repeats: int) -> dict[str, Any]:
    """Return milliseconds of each contender, and the ratios to the fastest scan."""
    units, batch, steps = size
    net = vanilla(units)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    weights = cj.effective(net)
    data = {"net": net, "weights": weights, "u": u, "u_time_first": u.swapaxes(0, 1)}
    check_equal(data, name)
    compiled, _ = compile_all(contenders(name), (data,))
    ms = interleaved(compiled, (data,), repeats=repeats)
    best = {
        order: min(ms[f"{scan}, {order}"] for scan in SCANS)
        for order in ("batch first", "time first")
    }
    ratios = {
        way: best["time first" if "time_major" in way else "batch first"] / ms[way]
        for way in WAYS
    }
    return {"ms": ms, "ratios": ratios}


def goals_of(units: int, measured: dict[str, dict]) -> list[dict]:
    """Return the goals of a size: the worst of all losses."""
    goals = []
    selected = [way for way in WAYS if way != "filter_grad"]
    ratio, at = min(
        (result["ratios"][way], f"{name}, {way}")
        for name, result in measured.items()
        for way in selected
    )
    floor = FLOORS[units]
    what = f"gradient, worst loss, N = {units}: best hand-written scan / ours"
    goals.append(goal(what, f">= {floor}", ratio, ratio >= floor, at))
    ratio, at = max(
        (result["ms"]["filter_grad"] / result["ms"]["default"], name)
        for name, result in measured.items()
    )
    what = "gradient, worst loss: filter_grad of everything / trainable"
    goals.append(goal(what, "<= 1.15", ratio, ratio <= 1.15, f"N = {units}, {at}"))
    return goals


def main() -> None:
    options = arguments(__doc__)
    rows, results, goals = [], [], []
    for size in SMOKE if options.smoke else SIZES:
        measured = {}
        for name in LOSSES:
            measured[name] = measure(size, name, min(options.repeats, 9))
            print(size, name, measured[name]["ratios"], flush=True)
        results.append(dict(zip(("N", "batch", "T"), size, strict=True)) | measured)
        for name, result in measured.items():
            text = ", ".join(map(str, size))
            rows.append((text, name, *result["ratios"].values()))
        if not options.smoke:
            goals += goals_of(size[0], measured)
    print("times that the fastest hand-written scan takes, over ours:")
    print(table(("N, batch, T", "loss", *WAYS), rows))
    if not options.smoke:
        print("written to", write("gradients", results, goals))


if __name__ == "__main__":
    main()
