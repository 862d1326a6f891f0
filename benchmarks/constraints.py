"""Measure a rollout with constraints and cell extensions against one without them.

The forward pass records outputs. The gradient is that of the mean squared output, by
all raw parameters. Each constrained network has the weights of the unconstrained
network if its constraint permits them, so that both have the same dynamics. Constraints
are applied once per rollout, outside the scan.
"""

from functools import partial

from _problem import gradient, outputs
from _timing import arguments, compile_all, interleaved, table, write
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SIZES = ((256, 64, 200),)
SMOKE = ((10, 3, 5),)
N_IN, N_OUT, DT, TAU = 2, 2, 20.0, 100.0


def networks(units):
    """Return networks by name: "free" has no constraints; each other one has some."""
    build = partial(
        cj.CTRNN, N_IN, units, N_OUT, dt=DT, tau=TAU, activation="relu",
        dtype=jnp.float32, key=jax.random.key(0),
    )  # fmt: skip
    signs = cj.connectivity.excitatory_signs(units, 0.8)
    dale = cj.constraints.chain(cj.constraints.Dale(signs), cj.constraints.NoAutapses())
    mask = np.asarray(
        cj.connectivity.random_sparse(units, 0.5, key=jax.random.key(1)).w_hid
    )
    initialiser = cj.initialisers.SpectralRadius(
        0.9, cj.initialisers.Balanced(cj.initialisers.Gamma())
    )
    w_hid = np.asarray(
        cj.effective(build(w_hid=initialiser, constraints={"w_hid": dale})).w_hid
    )
    balanced = cj.constraints.chain(dale, cj.constraints.RowBalanced())
    constraints = {
        "Dale, NoAutapses": dale,
        "Dale softplus, NoAutapses": cj.constraints.chain(
            cj.constraints.Dale(signs, cj.constraints.Softplus()),
            cj.constraints.NoAutapses(),
        ),
        "Bounded, Dale, NoAutapses": cj.constraints.chain(
            cj.constraints.Bounded(-2.0, 2.0), dale
        ),
        "SignMask": cj.constraints.SignMask(np.sign(w_hid)),
        "Fixed, Dale": cj.constraints.chain(
            cj.constraints.Fixed(np.where(mask, w_hid, 0.0), where=mask),
            cj.constraints.Dale(signs),
        ),
        "RowBalanced, Dale, NoAutapses": balanced,
        "LowRank(2)": cj.constraints.LowRank(2),
        "SpectralRadiusBelow, Dale": cj.constraints.chain(
            dale, cj.constraints.SpectralRadiusBelow(0.95)
        ),
    }
    nets = {"free": build(w_hid=w_hid)}
    for name, constraint in constraints.items():
        initial_w_hid = None if name == "LowRank(2)" else w_hid
        nets[name] = build(w_hid=initial_w_hid, constraints={"w_hid": constraint})
    nets["learned tau per unit"] = build(
        w_hid=w_hid, tau=np.full(units, TAU), train_tau=True
    )
    nets["short-term plasticity"] = build(
        w_hid=w_hid,
        synapses=cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(units) % 2 == 0),
    )
    return nets


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__)
    rows, results = [], []
    for units, batch, steps in SMOKE if options.smoke else SIZES:
        u = jax.random.normal(jax.random.key(2), (batch, steps, N_IN), jnp.float32)
        nets = networks(units)
        # pass weights as arguments: XLA would fold the constraints of constants
        compiled = {
            name: compile_all({"forward": outputs, "gradient": gradient}, (net, u))[0]
            for name, net in nets.items()
        }
        expected = compiled["free"]["forward"](nets["free"], u)
        comparable = [
            n for n in nets if n not in ("LowRank(2)", "short-term plasticity")
        ]
        for name in comparable:
            np.testing.assert_allclose(
                compiled[name]["forward"](nets[name], u), expected, rtol=1e-3, atol=1e-4
            )
        for kind in ("forward", "gradient"):
            times = interleaved(
                {n: partial(compiled[n][kind], nets[n]) for n in nets},
                (u,),
                repeats=options.repeats,
            )
            for name, ms in times.items():
                ratio = ms / times["free"]
                rows.append((units, batch, steps, kind, name, ms, ratio))
                results.append(
                    {"units": units, "batch": batch, "steps": steps, "kind": kind,
                     "network": name, "ms": ms, "over_free": ratio}
                )  # fmt: skip
    print(table(("N", "batch", "T", "what", "network", "ms", "/ free"), rows))
    if not options.smoke:
        print(f"wrote {write('constraints', results)}")


if __name__ == "__main__":
    main()
