"""Rollout and gradient against a hand-written `lax.scan`, in one process.

Forward keeps rates and outputs. Gradient is of the mean squared output, with respect to
all weights and biases. The hand-written scan is what one would write for a paper: time
first, noise drawn in the step; ours takes and returns the batch first. `chain` is T
matrix products in a row, below which no rollout can go; `chain + GEMM` is the same
twice, and one product over time and batch.
"""

from functools import partial

from _timing import arguments, compile_all, interleaved, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SIZES = ((50, 20, 100), (100, 64, 200), (256, 64, 200), (512, 128, 100))
SMOKE = ((8, 3, 5),)
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
    loss = lambda w: jnp.mean(scan_by_hand(w, data, noise=noise)[1] ** 2)
    return jax.grad(loss)(data["weights"])


def forward(data, *, net):
    record = cj.Record(potentials=False)
    traj = cj.rollout(data[net], data["u"], key=data["key"], record=record)
    return traj.rates, traj.outputs


def gradient(data, *, net, adjoint):
    params, static = eqx.partition(data[net], cj.trainable(data[net]))

    def loss(params):
        traj = cj.rollout(
            eqx.combine(params, static),
            data["u"],
            key=data["key"],
            record=cj.Record(potentials=False, rates=False),
            adjoint=adjoint,
        )
        return jnp.mean(traj.outputs**2)

    return jax.grad(loss)(params)


def chain(data):
    steps = data["u"].shape[1]
    multiply = lambda r, _: (r @ data["weights"].w_hid.T, None)
    return jax.lax.scan(multiply, data["rates"], None, length=steps)[0]


def chain_and_gemm(data):
    steps = data["u"].shape[1]
    multiply = lambda r, _: (r @ data["weights"].w_hid, None)
    back = jax.lax.scan(multiply, data["rates"], None, length=steps)[0]
    return chain(data), back, data["flat"].T @ data["flat"]


HOISTED, DIRECT = cj.HoistedAdjoint(), cj.DirectAdjoint()
GROUPS = {
    "forward": {
        "ours": partial(forward, net="quiet"),
        "scan": partial(forward_by_hand, noise=False),
        "chain": chain,
    },
    "gradient": {
        "ours": partial(gradient, net="quiet", adjoint=HOISTED),
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
    ours, hand = (jax.jit(GROUPS["gradient"][who])(data) for who in ("ours", "scan"))
    for name in ("w_in", "w_hid", "w_out", "b_hid", "b_out"):
        a, b = getattr(ours.raw, name), getattr(hand, name)
        np.testing.assert_allclose(a, b, atol=5e-4 * float(jnp.abs(b).max()))


def measure(units: int, batch: int, steps: int, repeats: int) -> dict:
    data = make_data(units, batch, steps)
    check_equal(data)
    found = {}
    for name, contenders in GROUPS.items():
        compiled, seconds = compile_all(contenders, (data,))
        found[name] = {
            "ms": interleaved(compiled, (data,), repeats=repeats),
            "compile_s": seconds,
        }
    return found


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for units, batch, steps in SMOKE if options.smoke else SIZES:
        found = measure(units, batch, steps, options.repeats)
        results.append({"N": units, "batch": batch, "T": steps, **found})
        for what, figures in found.items():
            ms = figures["ms"]
            floor = ms.get("chain", ms.get("chain + GEMM"))
            rows.append(
                (
                    f"{units}, {batch}, {steps}",
                    what,
                    ms["ours"],
                    ms["scan"],
                    ms["scan"] / ms["ours"],
                    "" if floor is None else ms["ours"] / floor,
                )
            )
    header = ("N, batch, T", "", "ours ms", "scan ms", "scan/ours", "ours/floor")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("rollout", results))


if __name__ == "__main__":
    main()
