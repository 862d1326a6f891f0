"""Measure how much each part of a rollout and of its gradient adds to the time.

The parts are added one after the other to a chain of T matrix products: the rate
function, leak and input, writing all rates, the readout, and the batch axis first. "By
hand" is a program for one purpose: it has no options, only tanh, and a reverse pass
that was derived on paper. Its time beyond the products is what is left to gain.
`kernels` is the number of operations in the loop bodies of XLA's compiled program,
including the products and, if our rollout runs in chunks (not at N = 50), the loop over
chunks.
"""

from functools import partial
import re
from typing import Any

from _by_hand import GAMMA, swapped
from _timing import arguments, compile_all, interleaved, table, write
import gradients
import jax
import jax.numpy as jnp
import numpy as np
import rollout


LOSS = gradients.LOSSES["outputs"]


def chain_and_gemm(data: dict) -> Any:
    """Return T products twice, and one product over time and trials."""
    steps = data["u"].shape[1]

    def multiply(r, _):
        return (r @ data["weights"]["w_hid"], None)

    back = jax.lax.scan(multiply, data["rates"], None, length=steps)[0]
    return rollout.chain(data), back, data["flat"].T @ data["flat"]


def products_and_rate(data: dict) -> Any:
    w = data["weights"]["w_hid"].T

    def step(r, _):
        return (jnp.tanh(r @ w), None)

    return jax.lax.scan(step, data["rates"], None, length=data["u"].shape[1])[0]


def steps(data: dict, *, keep_rates: bool) -> Any:
    """Return the last state, and all rates if `keep_rates=True`."""
    w = data["weights"]

    def step(carry: Any, u: Any) -> Any:
        v, r = carry
        v = v + GAMMA * (-v + r @ w["w_hid"].T + u @ w["w_in"].T + w["b_hid"])
        r = jnp.tanh(v)
        return (v, r), r if keep_rates else None

    v0 = jnp.zeros_like(data["rates"])
    return jax.lax.scan(step, (v0, jnp.tanh(v0)), data["u_time_first"])


def rates(data: dict) -> Any:
    return steps(data, keep_rates=True)[1]


def last_state(data: dict) -> Any:
    return steps(data, keep_rates=False)[0]


def forward(data: dict) -> Any:
    """Return rates and outputs, batch first."""
    w, r = data["weights"], rates(data)
    return swapped((r, r @ w["w_out"].T + w["b_out"]))


def sensitivities(data: dict) -> Any:
    """Return rates, and the derivatives of the mean squared output.

    The derivatives are by the outputs and by the potentials. With a_t = dL/dv_t:
    a_{t-1} = (1 - gamma) a_t + f' (W_out^T dy_{t-1} + gamma W^T a_t), and f' = 1 - r^2.
    """
    w, r = data["weights"], rates(data)
    y = r @ w["w_out"].T + w["b_out"]
    dy = 2 * y / y.size

    def backward(carry: Any, at_step: Any) -> Any:
        a, from_recurrence = carry
        r, dy = at_step
        a = (1 - GAMMA) * a + (1 - r * r) * (from_recurrence + dy @ w["w_out"])
        return (a, GAMMA * (a @ w["w_hid"])), a

    zero = jnp.zeros_like(data["rates"])
    return r, dy, jax.lax.scan(backward, (zero, zero), (r, dy), reverse=True)[1]


def gradient(data: dict) -> Any:
    """Return the gradient by all weights and biases, each as one product."""
    r, dy, a = sensitivities(data)
    r0 = jnp.zeros_like(r[:1])

    def flat(x):
        return x.reshape(-1, x.shape[-1])

    previous_rates, delta = flat(jnp.concatenate([r0, r[:-1]])), GAMMA * flat(a)
    return {
        "w_hid": delta.T @ previous_rates,
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
        "ours": rollout.rates_and_outputs,
        "ours, only outputs kept": rollout.outputs_only,
    },
    "gradient": {
        "products": chain_and_gemm,
        "rates kept": rates,
        "+ reverse pass": lambda data: sensitivities(data)[1:],
        "+ weight gradients: by hand": gradient,
        "ours": partial(gradients.ours, loss=LOSS),
        "hand-written scan": partial(
            gradients.by_hand, loss=LOSS, kind="rates carried", time_major=True
        ),
    },
}


def check_equal(data: dict) -> None:
    """Assert that our program and the program by hand agree."""
    for a, b in zip(
        jax.jit(forward)(data), jax.jit(PARTS["forward"]["ours"])(data), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=5e-4)
    by_hand = jax.jit(gradient)(data)
    _, ours = jax.jit(PARTS["gradient"]["ours"])(data)
    for name, a in by_hand.items():
        scale = 5e-4 * float(jnp.abs(a).max())
        np.testing.assert_allclose(a, getattr(ours.raw, name), atol=scale)


KERNEL = re.compile(
    r"= \S+ (?:fusion|dot|copy|custom-call|dynamic-(?:update-)?slice|call)\("
)


def kernels(program: str) -> int:
    """Return the number of operations in all loop bodies of a program, from its HLO."""
    bodies = set(re.findall(r"body=%([\w.-]+)", program))
    num_kernels, is_inside = 0, False
    for line in program.splitlines():
        if line.endswith("{") and not line.startswith(" "):
            is_inside = line.split(" ")[0].lstrip("%") in bodies
        num_kernels += is_inside and bool(KERNEL.search(line))
    return num_kernels


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for size in rollout.SMOKE if options.smoke else rollout.SIZES:
        data = rollout.make_data(*size)
        data["flat"] = jnp.ones((size[1] * size[2], size[0]), jnp.float32)
        check_equal(data)
        label = ", ".join(map(str, size))
        for what, parts in PARTS.items():
            compiled, _ = compile_all(parts, (data,))
            ms = interleaved(compiled, (data,), repeats=options.repeats)
            loops = {name: kernels(c.as_text()) for name, c in compiled.items()}
            labels = {"N, batch, T": label, "what": what}
            results.append(labels | {"ms": ms, "kernels in loops": loops})
            for name, time in ms.items():
                ratio = time / ms["products"]
                rows.append((label, what, name, time, ratio, loops[name]))
    header = ("N, batch, T", "", "part", "ms", "of the products", "kernels")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("parts", results))


if __name__ == "__main__":
    main()
