"""Wrong calls of what runs the tasks of other packages."""

CALLS = {
    "cj.interop.play(net, task, key=key)": (
        "ValueError: `env` must be an environment or an id; got a PerceptualDecision. "
        "Use gym.make(...), for example."
    ),
    "cj.interop.play(net)": (
        "TypeError: play() missing 1 required positional argument: 'env'"
    ),
    'cj.interop.play(task, "CartPole-v1", key=key)': (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a CTRNN "
        "or EIRNN."
    ),
    'cj.interop.play(net, "CartPole-v1", key=0)': (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    'cj.interop.play(nets, "CartPole-v1", key=key)': (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    "cj.interop.play(net, SimpleNamespace(), key=key, episodes=0)": (
        "ValueError: `episodes` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.interop.play(net, SimpleNamespace(), key=key, max_steps=1.5)": (
        "ValueError: `max_steps` must be a whole number, at least 1; got 1.5. Give "
        "an int."
    ),
    "cj.interop.from_neurogym()": (
        "TypeError: from_neurogym() missing 1 required positional argument: 'env'"
    ),
    "cj.interop.from_neurogym(SimpleNamespace())": (
        "ValueError: `env` must have new_trial; got namespace(). Use cj.interop.play."
    ),
    'cj.interop.from_neurogym(SimpleNamespace(), loss="l2")': (
        "ValueError: `env` must have new_trial; got namespace(). Use cj.interop.play."
    ),
    "cj.interop.from_neurogym(SimpleNamespace(), bank=0)": (
        "ValueError: `env` must have new_trial; got namespace(). Use cj.interop.play."
    ),
    "cj.interop.prefetched()": (
        "TypeError: prefetched() missing 1 required positional argument: 'task'"
    ),
    "cj.interop.prefetched(task)": (
        "ValueError: `task` must be a neurogym task; got a PerceptualDecision. Use "
        "cj.interop.from_neurogym(...)."
    ),
    'cj.interop.prefetched("task")': (
        "ValueError: `task` must be a neurogym task; got 'task'. Use "
        "cj.interop.from_neurogym(...)."
    ),
    "cj.interop.prefetched(net, seed=1)": (
        "ValueError: `task` must be a neurogym task; got an EIRNN. Use "
        "cj.interop.from_neurogym(...)."
    ),
}
