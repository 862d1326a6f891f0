"""What constraints and cell extensions cost a rollout, against the same network free.

Forward keeps outputs, gradient is of the mean squared output with respect to all raw
parameters. Each constrained network has the weights of the free one where it can, so
both run the same dynamics; constraints are applied once per rollout, outside the scan.
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
    """Networks by name: the free one first, the others with constraints over it."""
    build = partial(
        cj.CTRNN, N_IN, units, N_OUT, dt=DT, tau=TAU, activation="relu",
        dtype=jnp.float32, key=jax.random.key(0),
    )  # fmt: skip
    signs = cj.connectivity.excitatory_signs(units, 0.8)
    dale = cj.constraints.chain(cj.constraints.Dale(signs), cj.constraints.NoAutapses())
    mask = np.asarray(
        cj.connectivity.random_sparse(units, 0.5, key=jax.random.key(1)).w_hid
    )
    law = cj.initialisers.SpectralRadius(
        0.9, cj.initialisers.Balanced(cj.initialisers.Gamma())
    )
    w_hid = np.asarray(
        cj.effective(build(w_hid=law, constraints={"w_hid": dale})).w_hid
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
    made = {"free": build(w_hid=w_hid)}
    for name, constraint in constraints.items():
        own = None if name == "LowRank(2)" else w_hid
        made[name] = build(w_hid=own, constraints={"w_hid": constraint})
    made["learned tau per unit"] = build(
        w_hid=w_hid, tau=np.full(units, TAU), train_tau=True
    )
    made["short-term plasticity"] = build(
        w_hid=w_hid,
        synapses=cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(units) % 2 == 0),
    )
    return made


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__)
    rows, results = [], []
    for units, batch, steps in SMOKE if chosen.smoke else SIZES:
        u = jax.random.normal(jax.random.key(2), (batch, steps, N_IN), jnp.float32)
        nets = networks(units)
        free = outputs(nets["free"], u)
        same = [n for n in nets if n not in ("LowRank(2)", "short-term plasticity")]
        for name in same:
            np.testing.assert_allclose(
                outputs(nets[name], u), free, rtol=1e-3, atol=1e-4
            )
        for kind, fn in (("forward", outputs), ("gradient", gradient)):
            # weights as arguments, so that no constraint is folded at compile time
            compiled = {
                name: compile_all({name: fn}, (net, u))[0][name]
                for name, net in nets.items()
            }
            timed = interleaved(
                {n: partial(compiled[n], nets[n]) for n in nets},
                (u,),
                repeats=chosen.repeats,
            )
            for name, ms in timed.items():
                ratio = ms / timed["free"]
                rows.append((units, batch, steps, kind, name, ms, ratio))
                results.append(
                    {"units": units, "batch": batch, "steps": steps, "kind": kind,
                     "network": name, "ms": ms, "over_free": ratio}
                )  # fmt: skip
    print(table(("N", "batch", "T", "what", "network", "ms", "/ free"), rows))
    if not chosen.smoke:
        print(f"wrote {write('constraints', results)}")


if __name__ == "__main__":
    main()
