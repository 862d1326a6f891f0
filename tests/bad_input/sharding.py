"""Wrong calls of what distributes work over devices."""

CALLS = {
    "cj.sharding.mesh(4)": (
        "TypeError: mesh() takes 0 positional arguments but 1 was given"
    ),
    "cj.sharding.mesh(trials=0)": (
        "ValueError: `trials` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.sharding.mesh(trials=1.0)": (
        "ValueError: `trials` must be a whole number, at least 1; got 1.0. Give an int."
    ),
    "cj.sharding.mesh(trials=3)": (
        "ValueError: `networks * trials` must be the number of devices, 1; got 1 * "
        "3. Use every device; `jax.devices()` lists them."
    ),
    'cj.sharding.mesh(networks="all")': (
        "ValueError: `networks` must be a whole number, at least 1; got 'all'. Give "
        "an int."
    ),
    "cj.sharding.mesh(devices=1)": (
        "TypeError: mesh() has no argument `devices`. The arguments are `networks`, "
        "`trials`."
    ),
    "cj.sharding.mesh(network=1)": (
        "TypeError: mesh() has no argument `network`. Did you mean `networks`? The "
        "arguments are `networks`, `trials`."
    ),
    "cj.sharding.mesh(trials=None)": (
        "ValueError: `trials` must be a whole number, at least 1; got None. Give an "
        "int."
    ),
    "cj.sharding.mesh(trials=True)": (
        "ValueError: `trials` must be a whole number, at least 1; got True. Give an "
        "int."
    ),
    "cj.sharding.place_networks(nets)": (
        "TypeError: place_networks() missing 1 required positional argument: 'on'"
    ),
    "cj.sharding.place_networks(nets, 2)": (
        "ValueError: `on` must be a mesh of devices; got 2. Use cj.sharding.mesh(...)."
    ),
    "cj.sharding.place_networks(net, cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of networks that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_networks(cj.sharding.mesh(), nets)": (
        "ValueError: `on` must be a mesh of devices; got an EIRNN. Use "
        "cj.sharding.mesh(...)."
    ),
    'cj.sharding.place_networks(nets, jax.make_mesh((1,), ("x",)))': (
        "ValueError: `on` must have the axes networks and trials; got ('x',). Make "
        "it with cj.sharding.mesh(...)."
    ),
    "cj.sharding.place_networks(nets, jax.devices())": (
        "ValueError: `on` must be a mesh of devices; got [a Device]. Use "
        "cj.sharding.mesh(...)."
    ),
    'cj.sharding.place_networks("nets", cj.sharding.mesh())': (
        "ValueError: `tree` must have a leading axis of networks that the number of "
        "devices, 1, divides; got 'nets'. Change its length, or the mesh."
    ),
    "cj.sharding.place_networks([net, net], cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of networks that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_networks(perturbed, cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of networks that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_networks(task, cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of networks that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_trials(trials)": (
        "TypeError: place_trials() missing 1 required positional argument: 'on'"
    ),
    "cj.sharding.place_trials(trials, None)": (
        "ValueError: `on` must be a mesh of devices; got None. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.sharding.place_trials(task, cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of trials that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_trials(cj.sharding.mesh(), trials)": (
        "ValueError: `on` must be a mesh of devices; got a Trial. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.sharding.place_trials(jnp.array(1.0), cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of trials that the number of "
        "devices, 1, divides; got float32 of shape (). Change its length, or the "
        "mesh."
    ),
    "cj.sharding.place_trials(trials.inputs, mesh=cj.sharding.mesh())": (
        "TypeError: place_trials() has no argument `mesh`. The arguments are `tree`, "
        "`on`."
    ),
    "cj.sharding.place_trials(3, cj.sharding.mesh())": (
        "ValueError: `tree` must have a leading axis of trials that the number of "
        "devices, 1, divides; got 3. Change its length, or the mesh."
    ),
    'cj.sharding.place_trials(trials, jax.make_mesh((1,), ("trials",)))': (
        "ValueError: `on` must have the axes networks and trials; got ('trials',). "
        "Make it with cj.sharding.mesh(...)."
    ),
    "cj.sharding.replicate(net)": (
        "TypeError: replicate() missing 1 required positional argument: 'on'"
    ),
    "cj.sharding.replicate(net, 1)": (
        "ValueError: `on` must be a mesh of devices; got 1. Use cj.sharding.mesh(...)."
    ),
    "cj.sharding.replicate(cj.sharding.mesh(), net)": (
        "ValueError: `on` must be a mesh of devices; got an EIRNN. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.sharding.replicate(net, jax.devices()[0])": (
        "ValueError: `on` must be a mesh of devices; got a Device. Use "
        "cj.sharding.mesh(...)."
    ),
    'cj.sharding.replicate("x", cj.sharding.mesh())': (
        "ValueError: `tree` must hold arrays only; got 'x'. Convert numbers with "
        "jnp.asarray."
    ),
    "cj.sharding.replicate(1.0, cj.sharding.mesh())": (
        "ValueError: `tree` must hold arrays only; got 1.0. Convert numbers with "
        "jnp.asarray."
    ),
    'cj.sharding.replicate(net, jax.make_mesh((1,), ("x",)))': (
        "ValueError: `on` must have the axes networks and trials; got ('x',). Make "
        "it with cj.sharding.mesh(...)."
    ),
    'cj.sharding.connect("localhost:1234")': (
        "ValueError: `address, processes and index` must be given together, or none "
        "of them; got no processes and no index. Complete them, or leave all out in "
        "a cluster."
    ),
    "cj.sharding.connect(processes=2)": (
        "ValueError: `address, processes and index` must be given together, or none "
        "of them; got no address and no index. Complete them, or leave all out in a "
        "cluster."
    ),
    'cj.sharding.connect("localhost:1234", processes=2, index=2)': (
        "ValueError: `index` must be below 2; got 2. It counts from 0."
    ),
    'cj.sharding.connect("localhost:1234", processes=0, index=0)': (
        "ValueError: `processes` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    'cj.sharding.connect("localhost:1234", processes=2, index=-1)': (
        "ValueError: `index` must be a whole number, at least 0; got -1. Give an int."
    ),
    'cj.sharding.connect("localhost:1234", processes="2", index=0)': (
        "ValueError: `processes` must be a whole number, at least 1; got '2'. Give "
        "an int."
    ),
    "cj.sharding.connect(1234, processes=2, index=0)": (
        'ValueError: `address` must be text "host:port"; got 1234. Give '
        '"localhost:1234", for example.'
    ),
    'cj.sharding.connect("localhost:1234", num_processes=2, process_id=0)': (
        "TypeError: connect() has no argument `num_processes`. Did you mean "
        "`processes`? The arguments are `address`, `processes`, `index`."
    ),
    'cj.sharding.connect("localhost", processes=2, index=1)': (
        "ValueError: `address` must be text \"host:port\"; got 'localhost'. Give "
        '"localhost:1234", for example.'
    ),
}
