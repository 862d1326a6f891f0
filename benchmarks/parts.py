"""Where the time of a rollout and of its gradient goes, and what cannot be spared.

One thing is added at a time to T matrix products in a row: the rate function, leak and
input, the writing of all rates, the readout, batch before time. "By hand" is a program
for one purpose: no options, tanh only, its reverse pass derived on paper. What it takes
beyond the products is what is left to gain. `kernels` is how many operations XLA's
compiled program has in the bodies of its loops, products among them, and those of the
loop over chunks where ours runs in chunks (not at N = 50).
"""

from functools import partial
import re
from typing import Any

from _timing import arguments, compile_all, interleaved, table, write
import jax
import jax.numpy as jnp
import numpy as np
import rollout


GAMMA = rollout.DT / rollout.TAU


def products_and_rate(data: dict) -> Any:
    w = data["weights"].w_hid.T

    def step(r, _):
        return (jnp.tanh(r @ w), None)

    return jax.lax.scan(step, data["rates"], None, length=data["u"].shape[1])[0]


def steps(data: dict, *, keep: bool) -> Any:
    """The whole equation; the last state, and all rates if they are kept."""
    w = data["weights"]

    def step(carry: Any, u: Any) -> Any:
        v, r = carry
        v = v + GAMMA * (-v + r @ w.w_hid.T + u @ w.w_in.T + w.b_hid)
        r = jnp.tanh(v)
        return (v, r), r if keep else None

    v0 = jnp.broadcast_to(w.v0, data["rates"].shape)
    return jax.lax.scan(step, (v0, jnp.tanh(v0)), data["u_time_first"])


def rates(data: dict) -> Any:
    return steps(data, keep=True)[1]


def last_state(data: dict) -> Any:
    return steps(data, keep=False)[0]


def forward(data: dict) -> Any:
    """Rates and outputs, batch first."""
    w, r = data["weights"], rates(data)
    return jnp.moveaxis(r, 0, 1), jnp.moveaxis(r @ w.w_out.T + w.b_out, 0, 1)


def sensitivities(data: dict) -> Any:
    """Rates, and the derivatives of the mean squared output by outputs and potentials.

    With a_t = dL/dv_t: a_{t-1} = (1 - gamma) a_t + f' (W_out^T dy_{t-1} + gamma W^T
    a_t), and f' = 1 - r^2.
    """
    w, r = data["weights"], rates(data)
    y = r @ w.w_out.T + w.b_out
    dy = 2 * y / y.size

    def back(carry: Any, now: Any) -> Any:
        a, sent = carry
        r, dy = now
        a = (1 - GAMMA) * a + (1 - r * r) * (sent + dy @ w.w_out)
        return (a, GAMMA * (a @ w.w_hid)), a

    zero = jnp.zeros_like(data["rates"])
    return r, dy, jax.lax.scan(back, (zero, zero), (r, dy), reverse=True)[1]


def gradient(data: dict) -> Any:
    """By hand: of all weights and biases, as one product each."""
    w = data["weights"]
    r, dy, a = sensitivities(data)
    r0 = jnp.broadcast_to(jnp.tanh(w.v0), r[:1].shape)

    def flat(x):
        return x.reshape(-1, x.shape[-1])

    before, delta = flat(jnp.concatenate([r0, r[:-1]])), GAMMA * flat(a)
    return {
        "w_hid": delta.T @ before,
        "w_in": delta.T @ flat(data["u_time_first"]),
        "b_hid": jnp.sum(delta, 0),
        "w_out": flat(dy).T @ flat(r),
        "b_out": jnp.sum(flat(dy), 0),
    }


PARTS = {
    "forward": {
        "products": rollout.chain,
        "+ rate function": products_and_rate,
        "+ leak, input, bias": last_state,
        "+ rates kept": rates,
        "+ outputs, batch first: by hand": forward,
        "ours": partial(rollout.forward, net="quiet"),
        "ours, only outputs kept": rollout.outputs_only,
    },
    "gradient": {
        "products": rollout.chain_and_gemm,
        "rates kept": rates,
        "+ reverse pass": lambda data: sensitivities(data)[1:],
        "+ weight gradients: by hand": gradient,
        "ours": rollout.GROUPS["gradient"]["ours"],
        "hand-written scan": rollout.GROUPS["gradient"]["scan"],
    },
}


def check_equal(data: dict) -> None:
    """By hand and ours agree."""
    for a, b in zip(
        jax.jit(forward)(data), jax.jit(PARTS["forward"]["ours"])(data), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=5e-4)
    hand, ours = jax.jit(gradient)(data), jax.jit(PARTS["gradient"]["ours"])(data)
    for name, a in hand.items():
        scale = 5e-4 * float(jnp.abs(a).max())
        np.testing.assert_allclose(a, getattr(ours.raw, name), atol=scale)


KERNEL = re.compile(
    r"= \S+ (?:fusion|dot|copy|custom-call|dynamic-(?:update-)?slice|call)\("
)


def kernels(program: str) -> int:
    """Operations in the bodies of all loops of a compiled program, from its HLO."""
    bodies = set(re.findall(r"body=%([\w.-]+)", program))
    found, inside = 0, False
    for line in program.splitlines():
        if line.endswith("{") and not line.startswith(" "):
            inside = line.split(" ")[0].lstrip("%") in bodies
        found += inside and bool(KERNEL.search(line))
    return found


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for size in rollout.SMOKE if options.smoke else rollout.SIZES:
        data = rollout.make_data(*size)
        check_equal(data)
        label = ", ".join(map(str, size))
        for what, parts in PARTS.items():
            compiled, _ = compile_all(parts, (data,))
            ms = interleaved(compiled, (data,), repeats=options.repeats)
            loops = {name: kernels(c.as_text()) for name, c in compiled.items()}
            of_size = {"N, batch, T": label, "what": what}
            results.append(of_size | {"ms": ms, "kernels in loops": loops})
            for name, time in ms.items():
                ratio = time / ms["products"]
                rows.append((label, what, name, time, ratio, loops[name]))
    header = ("N, batch, T", "", "part", "ms", "of the products", "kernels")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("parts", results))


if __name__ == "__main__":
    main()
