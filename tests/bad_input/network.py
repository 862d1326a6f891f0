"""Wrong calls of networks: their making, editing, files and what they say."""

CALLS = {
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
}
