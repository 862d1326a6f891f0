"""Measure a rollout against hand-written scans, and both against other libraries.

The forward pass records everything, as by default, or rates and outputs, or outputs.
Every contender is compared with ours in its order of axes: the batch axis first, our
default, or the time axis first (`time_major=True`). The hand-written scan is the
fastest of three (`_by_hand.py`); it returns what a default rollout records. `chain` is
T sequential matrix products, a lower bound for any rollout.

Other libraries (`_peers.py`) return rates and outputs. Their gradients are value and
gradient by all weights and biases, of the outputs, and of the outputs and the L2 norm
of the rates, against a rollout that records everything. Gradients of hand-written
scans are in `gradients.py`. Libraries that are not installed are omitted:
`pip install -e '.[bench]'`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import _by_hand
from _by_hand import GAMMA, KINDS, swapped, weights_of
import _peers
import _problem
from _problem import SIZES, SMOKE
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
import gradients
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


RATES = cj.Record(potentials=False)
ORDERS = gradients.ORDERS


def make_data(units: int, batch: int, steps: int) -> dict[str, Any]:
    """Return all arguments of the contenders, so that XLA folds no constant."""
    data = gradients.make_data(units, batch, steps)
    return data | {"rates": jnp.ones((batch, units), jnp.float32)}


def default(data: dict, *, time_major: bool = False) -> tuple[Array, ...]:
    """Return potentials, rates and outputs."""
    u = data["u_time_first"] if time_major else data["u"]
    traj = cj.rollout(data["net"], u, time_major=time_major)
    return traj.potentials, traj.rates, traj.outputs


def rates_and_outputs(data: dict, *, time_major: bool = False) -> tuple[Array, ...]:
    u = data["u_time_first"] if time_major else data["u"]
    traj = cj.rollout(data["net"], u, record=RATES, time_major=time_major)
    return traj.rates, traj.outputs


def outputs_only(data: dict) -> Array:
    return _problem.outputs(data["net"], data["u"])


def by_hand(data: dict, *, kind: str, time_major: bool) -> tuple[Array, ...]:
    """Return potentials, rates and outputs."""
    u = data["u_time_first"] if time_major else data["u"]
    return _by_hand.forward(data["weights"], u, kind=kind, time_major=time_major)


def chain(data: dict) -> Array:
    steps = data["u"].shape[1]

    def multiply(r: Array, _: None) -> tuple[Array, None]:
        return (r @ data["weights"]["w_hid"].T, None)

    return jax.lax.scan(multiply, data["rates"], None, length=steps)[0]


def forwards() -> dict[str, Callable]:
    calls: dict[str, Callable] = {"outputs": outputs_only, "chain": chain}
    for order, is_first in ORDERS.items():
        calls[f"default, {order}"] = partial(default, time_major=is_first)
        calls[f"rates, outputs, {order}"] = partial(
            rates_and_outputs, time_major=is_first
        )
        for kind in KINDS:
            call = partial(by_hand, kind=kind, time_major=is_first)
            calls[f"{kind}, {order}"] = call
    return calls


def gradients_of(name: str) -> dict[str, Callable]:
    loss = gradients.LOSSES[name]
    return {
        f"ours, {order}": partial(gradients.ours, loss=loss, time_major=is_first)
        for order, is_first in ORDERS.items()
    }


def check_equal(results: dict[str, Any]) -> None:
    """Assert that ours and the scans by hand are equal, up to float32 rounding."""
    expected = results["potentials carried, time first"]
    for name, arrays in results.items():
        if name == "chain":
            continue
        arrays = (arrays,) if name == "outputs" else arrays
        for a, b in zip(arrays, expected[-len(arrays) :], strict=True):
            b = b if name.endswith("time first") else swapped(b)
            np.testing.assert_allclose(a, b, atol=5e-4, err_msg=name)


def check_peers() -> None:
    """Assert that the peers agree at gamma = 1, where torch.nn.RNN has our equation."""
    data = gradients.make_data(6, 3, 7)
    tau = data["net"].tau
    net = cj.replace(data["net"], dt=tau)
    of_net = data | {"net": net}
    results = {}
    for name in _peers.LOSSES:
        value, gradient = gradients.ours(of_net, loss=gradients.LOSSES[name])
        results[name] = value, weights_of(gradient.raw)
    forward = rates_and_outputs(of_net, time_major=True)
    _peers.check(data["weights"], data["u"], forward, results)


def measure(size: tuple[int, int, int], repeats: int) -> dict[str, Any]:
    """Return milliseconds of the contenders of each group, and seconds of compiling."""
    data, label = make_data(*size), ", ".join(map(str, size))
    installed, missing = _peers.peers(data["weights"], data["u"], GAMMA)
    orders = {
        name: "time first" if peer.time_first else "batch first"
        for name, peer in installed.items()
    }
    measured: dict[str, Any] = {"missing": missing, "order of peers": orders}
    groups = {"forward": forwards()}
    groups |= {f"gradient, {name}": gradients_of(name) for name in _peers.LOSSES}
    for group, contenders in groups.items():
        compiled, seconds = compile_all(contenders, (data,))
        if group == "forward":
            check_equal({name: call(data) for name, call in compiled.items()})
        for name, peer in installed.items():
            call = peer.forward
            if group != "forward":
                call = peer.gradients[group.removeprefix("gradient, ")]
            compiled[name] = lambda data, call=call: call()
        ms = interleaved(compiled, (data,), repeats=repeats)
        print_ms(f"{label}, {group}", ms)
        measured[group] = {"ms": ms, "compile_s": seconds}
    return measured


def over_ours(measured: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return times over ours in the same order of axes, by group.

    Groups: the default forward pass by hand, and the forward pass and the gradients of
    other libraries, by the name of the library and the loss.
    """
    ms, orders = measured["forward"]["ms"], measured["order of peers"]
    of_hand = {
        order: min(ms[f"{kind}, {order}"] for kind in KINDS) / ms[f"default, {order}"]
        for order in ORDERS
    }
    forward = {
        name: ms[name] / ms[f"rates, outputs, {order}"]
        for name, order in orders.items()
    }
    gradient = {}
    for loss in _peers.LOSSES:
        ms = measured[f"gradient, {loss}"]["ms"]
        for name, order in orders.items():
            gradient[f"{name}, {loss}"] = ms[name] / ms[f"ours, {order}"]
    return {"by hand": of_hand, "forward": forward, "gradient": gradient}


def goals_of(units: int, measured: dict[str, Any]) -> list[dict]:
    """Return the goals of a size."""
    goals, size, ratios = [], f"N = {units}", over_ours(measured)
    ms = measured["forward"]["ms"]
    ratio = ratios["by hand"]["batch first"]
    what = "forward, default record, batch first: fastest scan by hand / ours"
    goals.append(goal(what, ">= 1", ratio, ratio >= 1, size))
    if units >= 256:
        ratio = ms["rates, outputs, batch first"] / ms["chain"]
        what = "forward / T chained GEMMs"
        goals.append(goal(what, "<= 1.15", ratio, ratio <= 1.15, size))
        ratio = ms["outputs"] / ms["chain"]
        what = "outputs kept, not rates: forward / T chained GEMMs"
        goals.append(goal(what, "<= 1.2", ratio, ratio <= 1.2, size))
    if ratios["forward"]:
        ratio, at = worst(ratios["forward"], is_lowest=True)
        what = "forward: best peer / ours"
        goals.append(goal(what, ">= 1", ratio, ratio >= 1, f"{size}, {at}"))
        ratio, at = worst(ratios["gradient"], is_lowest=True)
        what, target = "gradient: best peer / ours", 1.3 if units == 512 else 1.5
        at = f"{size}, {at}"
        goals.append(goal(what, f">= {target}", ratio, ratio >= target, at))
    return goals


def main() -> None:
    options = arguments(__doc__)
    check_peers()
    rows, results, goals, missing = [], [], [], []
    for size in SMOKE if options.smoke else SIZES:
        measured = measure(size, options.repeats)
        missing = measured["missing"]
        results.append(dict(zip(("N", "batch", "T"), size, strict=True)) | measured)
        goals += goals_of(size[0], measured)
        for group, ratios in over_ours(measured).items():
            if ratios:
                lowest, at = worst(ratios, is_lowest=True)
                rows.append((", ".join(map(str, size)), group, lowest, at))
    print("not installed:", ", ".join(missing) or "none")
    print(table(("N, batch, T", "", "lowest time over ours", "at"), rows))
    print(goal_rows(goals))
    if not options.smoke:
        print("written to", write("rollout", results, goals))


if __name__ == "__main__":
    main()
