"""Wrong calls of what trains networks."""

CALLS = {
    "cj.fit(net, task, optax.adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `optimiser` must be an optax optimiser; got the function adam. "
        "Use optax.adam(1e-3), for example."
    ),
}
