"""Measure Gaussian noise: its draws, and rollouts with and without it.

Draws are in nanoseconds per value. Ours is the time that noise adds to a rollout, from
key to potential. Its peers are `jax.random.normal` and `memory`, which only writes the
same number of values.

Rollouts record everything, with the batch axis or (`time_major=True`) the time axis
first. `StepNoise` has one term, of the same strength as `DiffusionNoise`. The
hand-written scan is the fastest of six (`_by_hand.py`), in the same order of axes: it
draws inside the step or all at once, and carries potentials or rates, or computes the
products of inputs before the loop.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import _by_hand
from _by_hand import GAMMA, KINDS, swapped, weights_of
from _problem import SIZES, SMOKE, vanilla
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
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SIGMA = 0.1
STD = float(np.sqrt(2 * GAMMA)) * SIGMA
"""Standard deviation of what `DiffusionNoise` adds to the potentials at each step."""

KIND_OF_NOISE = {
    "DiffusionNoise": cj.DiffusionNoise(SIGMA),
    "StepNoise(post)": cj.StepNoise(post=STD),
}
FLOORS = {8: 0.0, 50: 2.0, 100: 2.0, 256: 1.8, 512: 1.8}
ORDERS = {"batch first": False, "time first": True}


def by_hand(
    data: dict, *, kind: str, at_once: bool, time_major: bool
) -> tuple[Array, ...]:
    """Return potentials, rates and outputs with noise drawn at once or in each step."""
    u = data["u_time_first"] if time_major else data["u"]
    (steps, batch, _), units = data["u_time_first"].shape, data["b_hid"].size
    key = data["key"]

    def of_step(t: Array) -> Array:
        return STD * jax.random.normal(jax.random.fold_in(key, t), (batch, units))

    draws = jax.random.normal(key, (steps, batch, units)) if at_once else None
    noise = (lambda xi: STD * xi, draws) if at_once else (of_step, jnp.arange(steps))
    options: dict[str, Any] = {"kind": kind, "noise": noise}
    return _by_hand.forward(data["weights"], u, time_major=time_major, **options)


def ours(data: dict, *, noise: str, time_major: bool) -> tuple[Array, ...]:
    """Return potentials, rates and outputs."""
    u = data["u_time_first"] if time_major else data["u"]
    traj = cj.rollout(data[noise], u, key=data["key"], time_major=time_major)
    return traj.potentials, traj.rates, traj.outputs


def make(
    size: tuple[int, int, int], kinds: Sequence[str] = KINDS
) -> tuple[dict[str, Callable], dict[str, Any]]:
    """Return the contenders and their argument."""
    units, batch, steps = size
    quiet = vanilla(units)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    weights = weights_of(cj.effective(quiet))
    data = {
        "quiet": quiet,
        "weights": weights,
        "b_hid": weights["b_hid"],
        "u": u,
        "u_time_first": swapped(u),
        "key": jax.random.key(0),
    }
    for name, noise in KIND_OF_NOISE.items():
        data[name] = cj.replace(quiet, noise=noise)

    def memory(data: dict) -> Array:
        level = jax.random.key_data(data["key"])[0].astype(jnp.float32)
        return level + jax.lax.broadcasted_iota(jnp.float32, (steps, batch, units), 2)

    def normal(data: dict) -> Array:
        return jax.random.normal(data["key"], (steps, batch, units), jnp.float32)

    contenders: dict[str, Callable] = {"memory": memory, "jax.random.normal": normal}
    for order, is_first in ORDERS.items():
        for noise in ("quiet", *KIND_OF_NOISE):
            call = partial(ours, noise=noise, time_major=is_first)
            contenders[f"{noise}, {order}"] = call
        for kind in kinds:
            for way, at_once in (("in the step", False), ("at once", True)):
                options = {"kind": kind, "at_once": at_once, "time_major": is_first}
                name = f"{kind}, drawn {way}, {order}"
                contenders[name] = partial(by_hand, **options)
    return contenders, data


def is_by_hand(name: str) -> bool:
    return "drawn" in name


def check_equal(contenders: dict[str, Callable], data: dict) -> None:
    """Assert that noise has the right standard deviation, and nothing else differs.

    The first step of a noisy rollout is that of the quiet one plus noise, within five
    standard errors.
    """
    for order, is_first in ORDERS.items():
        quiet = contenders[f"quiet, {order}"](data)
        u = data["u_time_first"] if is_first else data["u"]
        options: dict[str, Any] = {"kind": KINDS[0], "time_major": is_first}
        expected = _by_hand.forward(data["weights"], u, **options)
        for a, b in zip(quiet, expected, strict=True):
            np.testing.assert_allclose(a, b, atol=5e-4, err_msg=order)
        for name, call in contenders.items():
            if name.endswith(order) and not name.startswith("quiet"):
                added = call(data)[0] - quiet[0]
                first = np.asarray(added[0] if is_first else added[:, 0])
                error = abs(first.std() / STD - 1)
                assert error < 5 / np.sqrt(2 * first.size), (name, error)


def ratios(ms: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return noisy over quiet, and by hand over noisy, by noise and order of axes."""
    over_quiet, of_hand = {}, {}
    for order in ORDERS:
        fastest = min(
            t for name, t in ms.items() if is_by_hand(name) and name.endswith(order)
        )
        for noise in KIND_OF_NOISE:
            at = f"{noise}, {order}"
            over_quiet[at] = ms[at] / ms[f"quiet, {order}"]
            of_hand[at] = fastest / ms[at]
    return over_quiet, of_hand


def main() -> None:
    options = arguments(__doc__)
    rows: list = []
    results: list = []
    goals: list = []
    for size in SMOKE if options.smoke else SIZES:
        functions, data = make(size, KINDS[:1] if options.smoke else KINDS)
        contenders, _ = compile_all(functions, (data,))
        check_equal(contenders, data)
        ms = interleaved(contenders, (data,), repeats=options.repeats)
        label = ", ".join(map(str, size))
        print_ms(label, ms)
        at = "DiffusionNoise, batch first"
        values = size[0] * size[1] * size[2]
        ns = {
            "memory": 1e6 * ms["memory"] / values,
            "jax.random.normal": 1e6 * ms["jax.random.normal"] / values,
            "ours, in a rollout": 1e6 * (ms[at] - ms["quiet, batch first"]) / values,
        }
        over_quiet, of_hand = ratios(ms)
        results.append(
            {"N, batch, T": label, "ms": ms, "ns a value": ns}
            | {"noisy / quiet": over_quiet, "by hand / ours": of_hand}
        )
        slowest, at = worst(over_quiet, is_lowest=False)
        ratio, at_hand = worst(of_hand, is_lowest=True)
        rows.append((label, *ns.values(), slowest, at, ratio, at_hand))
        floor, n = FLOORS[size[0]], f"N = {size[0]}"
        what = "noisy / quiet forward, worst noise and order of axes"
        goals.append(goal(what, "<= 1.5", slowest, slowest <= 1.5, f"{n}, {at}"))
        what = "noisy forward, worst noise and order of axes: scan by hand / ours"
        is_met = ratio >= floor
        goals.append(goal(what, f">= {floor:g}", ratio, is_met, f"{n}, {at_hand}"))
    columns = (
        "memory ns",
        "jax normal ns",
        "ours ns",
        "noisy/quiet",
        "",
        "by hand/ours",
    )
    print(table(("N, batch, T", *columns, ""), rows))
    print(goal_rows(goals))
    if not options.smoke:
        print("written to", write("noise", results, goals))


if __name__ == "__main__":
    main()
