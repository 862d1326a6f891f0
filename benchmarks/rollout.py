"""Rollout and gradient against a hand-written scan and other libraries, in one process.

Forward keeps rates and outputs. Gradient is of the mean squared output, with respect to
all weights and biases. The hand-written scan is what one would write for a paper: time
first, noise drawn in the step; ours takes and returns the batch first. `chain` is T
matrix products in a row, below which no rollout can go; `chain + GEMM` is the same
twice, and one product over time and batch. Other libraries (`_peers.py`) take part if
they are installed: `pip install -e '.[bench]'`.
"""

from functools import partial
from typing import Any

import _peers
import _problem
from _timing import arguments, compile_all, goal, interleaved, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SIZES = ((50, 20, 100), (100, 64, 200), (256, 64, 200), (512, 128, 100))
SMOKE = ((8, 3, 5),)
FLOORS = {50: 1.3, 100: 1.15, 256: 1.2, 512: 1.05, 8: 0.0}
N_IN, N_OUT, DT, TAU, SIGMA = 2, 2, 20.0, 100.0, 0.15


def make_data(units: int, batch: int, steps: int) -> dict:
    """Everything that the contenders take, as arguments: nothing to fold at compile."""
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
    """Rates and outputs, time first, of inputs that are time first."""
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
    """The quiet gradient, each trial by itself under `jax.vmap`."""
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
    """Without noise the contenders agree up to what float32 rounding builds up."""
    ours, hand = (jax.jit(GROUPS["forward"][who])(data) for who in ("ours", "scan"))
    for a, b in zip(ours, hand, strict=True):
        np.testing.assert_allclose(a, jnp.moveaxis(b, 0, 1), atol=5e-4)
    who = ("ours", "ours, vmap", "scan")
    ours, mapped, hand = (jax.jit(GROUPS["gradient"][w])(data) for w in who)
    for name in ("w_in", "w_hid", "w_out", "b_hid", "b_out"):
        b = getattr(hand, name)
        for a in (getattr(ours.raw, name), getattr(mapped.raw, name)):
            np.testing.assert_allclose(a, b, atol=5e-4 * float(jnp.abs(b).max()))


def check_peers() -> None:
    """At gamma = 1, where torch.nn.RNN has our equation as well."""
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
    others, missing = _peers.peers(data["weights"], data["u"], DT / TAU)
    found: dict[str, Any] = {"missing": missing}
    for name, contenders in GROUPS.items():
        compiled, seconds = compile_all(contenders, (data,))
        for peer, offer in others.items():
            if name in ("forward", "gradient"):
                call = getattr(offer, name)
                compiled[peer] = lambda data, call=call: call()
        found[name] = {
            "ms": interleaved(compiled, (data,), repeats=repeats),
            "compile_s": seconds,
        }
    return found


OWN = (
    "ours",
    "ours, outputs",
    "ours, vmap",
    "ours, direct adjoint",
    "ours, quiet",
    "chain",
    "chain + GEMM",
)


def best_peer(ms: dict[str, float]) -> str:
    return min((name for name in ms if name not in OWN), key=lambda name: ms[name])


def goals_of(size: tuple[int, int, int], found: dict) -> list:
    """The figures of the project that this size decides."""
    units, at = size[0], f"N = {size[0]}"
    goals = []
    forward, gradient = found["forward"]["ms"], found["gradient"]["ms"]
    if units >= 256:
        ratio = forward["ours"] / forward["chain"]
        goals.append(
            goal("forward / T chained GEMMs", "<= 1.15", ratio, ratio <= 1.15, at)
        )
    peer = best_peer(forward)
    ratio = forward[peer] / forward["ours"]
    at_peer = f"{at}, {peer}"
    goals.append(goal("forward: best peer / ours", ">= 1", ratio, ratio >= 1, at_peer))
    if units >= 256:
        ratio = forward["ours, outputs"] / forward["chain"]
        what = "outputs kept, not rates: forward / T chained GEMMs"
        goals.append(goal(what, "<= 1.2", ratio, ratio <= 1.2, at))
    ratio = gradient["scan"] / gradient["ours"]
    what = "gradient: hand-written scan / ours"
    goals.append(goal(what, f">= {FLOORS[units]}", ratio, ratio >= FLOORS[units], at))
    ratio = gradient["ours, vmap"] / gradient["ours"]
    what = "gradient: vmap over trials / native batch"
    goals.append(goal(what, "<= 1.2", ratio, ratio <= 1.2, at))
    peer, wanted = best_peer(gradient), 1.3 if units == 512 else 1.5
    ratio, what = gradient[peer] / gradient["ours"], "gradient: best peer / ours"
    at_peer = f"{at}, {peer}"
    goals.append(goal(what, f">= {wanted}", ratio, ratio >= wanted, at_peer))
    return goals


def main() -> None:
    options = arguments(__doc__)
    check_peers()
    rows, results, goals = [], [], []
    for size in SMOKE if options.smoke else SIZES:
        found = measure(*size, options.repeats)
        results.append(dict(zip(("N", "batch", "T"), size, strict=True)) | found)
        goals += goals_of(size, found)
        for what in GROUPS:
            ms = found[what]["ms"]
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
    print("not installed:", ", ".join(found["missing"]) or "none")
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
