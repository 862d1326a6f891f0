"""Measure a rollout and its gradient against a hand-written scan and other libraries.

The forward pass records rates and outputs. The gradient is that of the mean squared
output, by all weights and biases. The hand-written scan is what one would write for a
paper: it has the time axis first and draws noise inside the step. Our rollout takes and
returns the batch axis first. `chain` is T sequential matrix products, a lower bound for
any rollout. `chain + GEMM` is that chain twice and one product over time and batch.
Other libraries (`_peers.py`) are included if they are installed:
`pip install -e '.[bench]'`.
"""

from functools import partial
from typing import Any

import _peers
import _problem
from _problem import SIZES, SMOKE
from _timing import arguments, compile_all, goal, interleaved, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


FLOORS = {50: 1.3, 100: 1.15, 256: 1.2, 512: 1.05, 8: 0.0}
N_IN, N_OUT, DT, TAU, SIGMA = 2, 2, 20.0, 100.0, 0.15


def make_data(units: int, batch: int, steps: int) -> dict:
    """Return all arguments of the contenders, so that XLA folds no constant."""
    net = cj.CTRNN(
        N_IN,
        units,
        N_OUT,
        dt=DT,
        tau=TAU,
        noise=cj.DiffusionNoise(SIGMA),
        dtype=jnp.float32,
        key=jax.random.key(0),
    )
    u = jax.random.normal(jax.random.key(1), (batch, steps, N_IN), jnp.float32)
    return {
        "noisy": net,
        "quiet": cj.noiseless(net),
        "weights": cj.effective(net),
        "u": u,
        "u_time_first": jnp.moveaxis(u, 1, 0),
        "key": jax.random.key(2),
        "rates": jnp.ones((batch, units), jnp.float32),
        "flat": jnp.ones((steps * batch, units), jnp.float32),
    }


def scan_by_hand(weights, data, *, noise):
    """Return rates and outputs of the inputs; all have the time axis first."""
    gamma, key, u = DT / TAU, data["key"], data["u_time_first"]

    def step(carry, u_t):
        v, t = carry
        drive = u_t @ weights.w_in.T + weights.b_hid
        dv = gamma * (-v + jnp.tanh(v) @ weights.w_hid.T + drive)
        if noise:
            draws = jax.random.normal(jax.random.fold_in(key, t), v.shape, v.dtype)
            dv = dv + np.sqrt(2 * gamma) * SIGMA * draws
        v = v + dv
        r = jnp.tanh(v)
        return (v, t + 1), (r, r @ weights.w_out.T + weights.b_out)

    v0 = jnp.broadcast_to(weights.v0, (u.shape[1], weights.v0.shape[0]))
    return jax.lax.scan(step, (v0, 0), u)[1]


def forward_by_hand(data, *, noise):
    return scan_by_hand(data["weights"], data, noise=noise)


def gradient_by_hand(data, *, noise):
    def loss(w):
        return jnp.mean(scan_by_hand(w, data, noise=noise)[1] ** 2)

    return jax.grad(loss)(data["weights"])


def forward(data, *, net):
    record = cj.Record(potentials=False)
    traj = cj.rollout(data[net], data["u"], key=data["key"], record=record)
    return traj.rates, traj.outputs


def outputs_only(data):
    return _problem.outputs(data["quiet"], data["u"])


def gradient(data, *, net, adjoint):
    return _problem.gradient(data[net], data["u"], key=data["key"], adjoint=adjoint)


def gradient_of_vmap(data):
    """Return the noise-free gradient, with `jax.vmap` over trials."""
    params, static = eqx.partition(data["quiet"], cj.trainable(data["quiet"]))

    def loss(params):
        net = eqx.combine(params, static)
        return jnp.mean(jax.vmap(partial(_problem.outputs, net))(data["u"]) ** 2)

    return jax.grad(loss)(params)


def chain(data):
    steps = data["u"].shape[1]

    def multiply(r, _):
        return (r @ data["weights"].w_hid.T, None)

    return jax.lax.scan(multiply, data["rates"], None, length=steps)[0]


def chain_and_gemm(data):
    steps = data["u"].shape[1]

    def multiply(r, _):
        return (r @ data["weights"].w_hid, None)

    back = jax.lax.scan(multiply, data["rates"], None, length=steps)[0]
    return chain(data), back, data["flat"].T @ data["flat"]


HOISTED, DIRECT = cj.HoistedAdjoint(), cj.DirectAdjoint()
GROUPS = {
    "forward": {
        "ours": partial(forward, net="quiet"),
        "ours, outputs": outputs_only,
        "scan": partial(forward_by_hand, noise=False),
        "chain": chain,
    },
    "gradient": {
        "ours": partial(gradient, net="quiet", adjoint=HOISTED),
        "ours, vmap": gradient_of_vmap,
        "ours, direct adjoint": partial(gradient, net="quiet", adjoint=DIRECT),
        "scan": partial(gradient_by_hand, noise=False),
        "chain + GEMM": chain_and_gemm,
    },
    "noisy forward": {
        "ours": partial(forward, net="noisy"),
        "ours, quiet": partial(forward, net="quiet"),
        "scan": partial(forward_by_hand, noise=True),
    },
    "noisy gradient": {
        "ours": partial(gradient, net="noisy", adjoint=HOISTED),
        "scan": partial(gradient_by_hand, noise=True),
    },
}


def check_equal(data) -> None:
    """Assert that the contenders agree without noise, up to float32 rounding."""
    ours, scan = (jax.jit(GROUPS["forward"][n])(data) for n in ("ours", "scan"))
    for a, b in zip(ours, scan, strict=True):
        np.testing.assert_allclose(a, jnp.moveaxis(b, 0, 1), atol=5e-4)
    names = ("ours", "ours, vmap", "scan")
    ours, mapped, scan = (jax.jit(GROUPS["gradient"][n])(data) for n in names)
    for name in ("w_in", "w_hid", "w_out", "b_hid", "b_out"):
        b = getattr(scan, name)
        for a in (getattr(ours.raw, name), getattr(mapped.raw, name)):
            np.testing.assert_allclose(a, b, atol=5e-4 * float(jnp.abs(b).max()))


def check_peers() -> None:
    """Assert that the peers agree at gamma = 1, where torch.nn.RNN has our equation."""
    key = jax.random.key(0)
    net = cj.CTRNN(
        N_IN,
        6,
        N_OUT,
        dt=TAU,
        tau=TAU,
        b_hid=cj.initialisers.Normal(0.1),
        dtype=jnp.float32,
        key=key,
    )
    u = jax.random.normal(key, (3, 7, N_IN), jnp.float32)

    def loss(net):
        return jnp.mean(cj.rollout(net, u).outputs ** 2)

    traj, grads = cj.rollout(net, u), eqx.filter_grad(loss)(net).raw
    _peers.check(cj.effective(net), u, traj.rates, traj.outputs, grads)


def measure(units: int, batch: int, steps: int, repeats: int) -> dict:
    data = make_data(units, batch, steps)
    check_equal(data)
    installed, missing = _peers.peers(data["weights"], data["u"], DT / TAU)
    measured: dict[str, Any] = {"missing": missing}
    for name, contenders in GROUPS.items():
        compiled, seconds = compile_all(contenders, (data,))
        for peer_name, peer in installed.items():
            if name in ("forward", "gradient"):
                call = getattr(peer, name)
                compiled[peer_name] = lambda data, call=call: call()
        measured[name] = {
            "ms": interleaved(compiled, (data,), repeats=repeats),
            "compile_s": seconds,
        }
    return measured


NOT_PEERS = (
    "ours",
    "ours, outputs",
    "ours, vmap",
    "ours, direct adjoint",
    "ours, quiet",
    "chain",
    "chain + GEMM",
)


def best_peer(ms: dict[str, float]) -> str:
    return min(
        (name for name in ms if name not in NOT_PEERS), key=lambda name: ms[name]
    )


def goals_of(size: tuple[int, int, int], measured: dict) -> list:
    """Return the goals that this size is measured for."""
    units, setting = size[0], f"N = {size[0]}"
    goals = []
    forward, gradient = measured["forward"]["ms"], measured["gradient"]["ms"]
    if units >= 256:
        ratio = forward["ours"] / forward["chain"]
        goals.append(
            goal("forward / T chained GEMMs", "<= 1.15", ratio, ratio <= 1.15, setting)
        )
    peer = best_peer(forward)
    ratio = forward[peer] / forward["ours"]
    peer_setting = f"{setting}, {peer}"
    goals.append(
        goal("forward: best peer / ours", ">= 1", ratio, ratio >= 1, peer_setting)
    )
    if units >= 256:
        ratio = forward["ours, outputs"] / forward["chain"]
        what = "outputs kept, not rates: forward / T chained GEMMs"
        goals.append(goal(what, "<= 1.2", ratio, ratio <= 1.2, setting))
    ratio = gradient["scan"] / gradient["ours"]
    what = "gradient: hand-written scan / ours"
    goals.append(
        goal(what, f">= {FLOORS[units]}", ratio, ratio >= FLOORS[units], setting)
    )
    ratio = gradient["ours, vmap"] / gradient["ours"]
    what = "gradient: vmap over trials / native batch"
    goals.append(goal(what, "<= 1.2", ratio, ratio <= 1.2, setting))
    peer, target = best_peer(gradient), 1.3 if units == 512 else 1.5
    ratio, what = gradient[peer] / gradient["ours"], "gradient: best peer / ours"
    peer_setting = f"{setting}, {peer}"
    goals.append(goal(what, f">= {target}", ratio, ratio >= target, peer_setting))
    return goals


def main() -> None:
    options = arguments(__doc__)
    check_peers()
    rows, results, goals = [], [], []
    for size in SMOKE if options.smoke else SIZES:
        measured = measure(*size, options.repeats)
        results.append(dict(zip(("N", "batch", "T"), size, strict=True)) | measured)
        goals += goals_of(size, measured)
        for what in GROUPS:
            ms = measured[what]["ms"]
            floor = ms.get("chain", ms.get("chain + GEMM"))
            peer = best_peer(ms)
            rows.append(
                (
                    ", ".join(map(str, size)),
                    what,
                    ms["ours"],
                    ms["scan"] / ms["ours"],
                    peer,
                    ms[peer] / ms["ours"],
                    "" if floor is None else ms["ours"] / floor,
                )
            )
    print("not installed:", ", ".join(measured["missing"]) or "none")
    header = (
        "N, batch, T",
        "",
        "ours ms",
        "scan/ours",
        "best",
        "best/ours",
        "ours/floor",
    )
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("rollout", results, goals))


if __name__ == "__main__":
    main()
