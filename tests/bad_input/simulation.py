"""Wrong calls of rollouts and single steps."""

CALLS = {
    "cj.rollout()": (
        "TypeError: rollout() missing 1 required positional argument: 'net'"
    ),
    "cj.rollout(net)": (
        "ValueError: `inputs` must have shape (*batch, time, 2); got None. For a "
        "run without input give `steps` instead."
    ),
    "cj.rollout(net, trials)": (
        "ValueError: `inputs` must be numbers or a dictionary; got a Trial. Pass "
        "its `inputs`."
    ),
    "cj.rollout(trials.inputs, net)": (
        "ValueError: `net` must be a network; got float32 of shape (4, 100, 2). "
        "Exchange it with `inputs`."
    ),
    "cj.rollout(cj.EIRNN, trials.inputs)": (
        "ValueError: `net` must be a network; got the class EIRNN. Call it: EIRNN(...)."
    ),
    "cj.rollout(nets, trials.inputs)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map "
        "over it: jax.vmap(lambda n: cj.rollout(n, inputs))(nets)."
    ),
    "cj.rollout(task, trials.inputs)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a "
        "CTRNN or EIRNN."
    ),
    'cj.rollout(net, "inputs")': (
        "ValueError: `inputs` must be numbers or a dictionary; got 'inputs'. "
        "Give a number or an array of numbers."
    ),
    "cj.rollout(net, task)": (
        "ValueError: `inputs` must be numbers or a dictionary; got a "
        "PerceptualDecision. Give a number or an array of numbers."
    ),
    "cj.rollout(net, np.ones(3, np.float32))": (
        "ValueError: `inputs` must have shape (*batch, time, 2); got shape (3,). "
        "The last axis is channels, the one before it time."
    ),
    "cj.rollout(net, np.ones((5, 4), np.float32))": (
        "ValueError: `inputs` must have shape (*batch, time, 2); got shape (5, "
        "4). The last axis is channels, the one before it time."
    ),
    "cj.rollout(net, np.ones((5, 2), int))": (
        "ValueError: `inputs` must have the network's dtype float32; got int32 "
        "of shape (5, 2). Cast with .astype(float32), or the network with "
        "cj.astype."
    ),
    "cj.rollout(net, [[1.0, 2.0], [1.0]])": (
        "ValueError: `inputs` must be numbers; got [[1.0, 2.0], [1.0]]. Give a "
        "number or an array of numbers."
    ),
    "cj.rollout(net, np.float32(1.0))": (
        "ValueError: `inputs` must have shape (*batch, time, 2); got shape (). "
        "The last axis is channels, the one before it time."
    ),
    "cj.rollout(net, np.ones((5, 2), bool))": (
        "ValueError: `inputs` must have the network's dtype float32; got bool of "
        "shape (5, 2). Cast with .astype(float32), or the network with "
        "cj.astype."
    ),
    "cj.rollout(net, 1j * np.ones((5, 2)))": (
        "ValueError: `inputs` must have the network's dtype float32; got "
        "complex64 of shape (5, 2). Cast with .astype(float32), or the network "
        "with cj.astype."
    ),
    'cj.rollout(net, {"stimulus": np.ones((5, 2), np.float32)})': (
        "ValueError: `inputs` must be an array of shape (*batch, time, 2); got "
        "names ['stimulus']. This network's inputs have no names: build it with "
        "connectivity=."
    ),
    'cj.rollout(named, {"stimulis": np.ones((5, 2), np.float32)})': (
        "ValueError: `inputs` must be a known name; got 'stimulis'. Did you mean "
        "'stimulus'? The options are 'stimulus'."
    ),
    "cj.rollout(named, {})": (
        "ValueError: `inputs` must have every group; got none for ['stimulus']. "
        "Silence is zeros."
    ),
    'cj.rollout(named, {"stimulus": np.ones((5, 3), np.float32)})': (
        "ValueError: `inputs['stimulus']` must have shape (*batch, time, 2); got "
        "shape (5, 3). The last axis is channels, the one before it time."
    ),
    'cj.rollout(named, {"stimulus": "on"})': (
        "ValueError: `inputs['stimulus']` must be numbers; got 'on'. Give a "
        "number or an array of numbers."
    ),
    "cj.rollout(net, trials.inputs, steps=5)": (
        "ValueError: `steps` must be left out where `inputs` is given; got 5. "
        "Its length decides."
    ),
    "cj.rollout(net, steps=-1)": (
        "ValueError: `steps` must be a whole number, at least 0; got -1. Give an int."
    ),
    "cj.rollout(net, steps=2.5)": (
        "ValueError: `steps` must be a whole number, at least 0; got 2.5. Give an int."
    ),
    'cj.rollout(net, steps="5")': (
        "ValueError: `steps` must be a whole number, at least 0; got '5'. Give an int."
    ),
    "cj.rollout(net, 5)": (
        "ValueError: `inputs` must have the network's dtype float32; got int32 "
        "of shape (). Cast with .astype(float32), or the network with cj.astype."
    ),
    "cj.rollout(net, trials.inputs, state=traj)": (
        "ValueError: `state` must be a State; got a Trajectory. Pass its `final_state`."
    ),
    "cj.rollout(net, trials.inputs, state=np.ones(10))": (
        "ValueError: `state` must be a State; got float64 of shape (10,). Use "
        "net.initial_state(), or the state of a trajectory."
    ),
    "cj.rollout(net, trials.inputs, state=cj.State(jnp.ones(9)))": (
        "ValueError: `state.potentials` must have shape (4, 10); got shape (9,). "
        "One potential for each unit, in each trial of the batch."
    ),
    "cj.rollout(net, trials.inputs, state=cj.State(jnp.ones((3, 10))))": (
        "ValueError: `state.potentials` must have shape (4, 10); got shape (3, "
        "10). One potential for each unit, in each trial of the batch."
    ),
    "cj.rollout(net, trials.inputs, state=cj.State(np.ones(10, int)))": (
        "ValueError: `state.potentials` must have the network's dtype float32; "
        "got int32 of shape (10,). Cast with .astype(float32), or the network "
        "with cj.astype."
    ),
    "cj.rollout(net, trials.inputs, state=cj.State)": (
        "ValueError: `state` must be a State; got the class State. Call it: State(...)."
    ),
    (
        "cj.rollout(net, trials.inputs, state=cj.State(jnp.ones(10), "
        "rate_noise=jnp.ones(10)))"
    ): (
        "ValueError: `state.rate_noise` must be None; got a value. This network "
        "has no such state."
    ),
    'cj.rollout(net, trials.inputs, state="rest")': (
        "ValueError: `state` must be a State; got 'rest'. Use "
        "net.initial_state(), or the state of a trajectory."
    ),
    "cj.rollout(noisy, trials.inputs)": (
        "ValueError: `key` must be given to a network with noise; got None. Pass "
        "key=jax.random.key(...), or cj.noiseless(net)."
    ),
    "cj.rollout(noisy, trials.inputs, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.rollout(noisy, trials.inputs, key=jax.random.split(key, 3))": (
        "ValueError: `key` must be one key, or one for each trial of the batch "
        "(4,); got keys of shape (3,). Split or fold_in a key per trial."
    ),
    'cj.rollout(noisy, trials.inputs, key="seed")': (
        "ValueError: `key` must be a JAX random key; got 'seed'. Use jax.random.key(0)."
    ),
    "cj.rollout(noisy, trials.inputs, key)": (
        "TypeError: rollout() takes from 1 to 2 positional arguments but 3 were given"
    ),
    'cj.rollout(net, trials.inputs, record="rates")': (
        "ValueError: `record` must be a Record; got 'rates'. Use "
        "cj.Record(rates=True, ...)."
    ),
    "cj.rollout(net, trials.inputs, record=cj.Record)": (
        "ValueError: `record` must be a Record; got the class Record. Call it: "
        "Record(...)."
    ),
    'cj.rollout(net, trials.inputs, record=("rates", "outputs"))': (
        "ValueError: `record` must be a Record; got ('rates', 'outputs'). Use "
        "cj.Record(rates=True, ...)."
    ),
    "cj.rollout(net, trials.inputs, record=cj.Record(synapses=True))": (
        "ValueError: `record` must leave out synapses for a network without "
        "their plasticity; got Record(potentials=True, rates=True, outputs=True, "
        "stride=1, synapses=True). Build it with "
        "synapses=cj.dynamics.ShortTermPlasticity(...)."
    ),
    "cj.rollout(net, trials.inputs, record=True)": (
        "ValueError: `record` must be a Record; got True. Use "
        "cj.Record(rates=True, ...)."
    ),
    'cj.rollout(net, trials.inputs, adjoint="direct")': (
        "ValueError: `adjoint` must be an adjoint; got 'direct'. Use "
        "cj.HoistedAdjoint()."
    ),
    "cj.rollout(net, trials.inputs, adjoint=cj.DirectAdjoint)": (
        "ValueError: `adjoint` must be an adjoint; got the class DirectAdjoint. "
        "Call it: DirectAdjoint(...)."
    ),
    "cj.rollout(net, trials.inputs, adjoint=cj.gradients.BPTT())": (
        "ValueError: `adjoint` must be an adjoint; got a BPTT. Pass its `adjoint`."
    ),
    "cj.rollout(net, trials.inputs, adjoint=cj.Truncated(7))": (
        "ValueError: `adjoint` must have windows that divide the 100 steps and "
        "are a multiple of the record's stride 1; got Truncated(steps=7). Choose "
        "another window, or pad the inputs and mask the loss."
    ),
    "cj.rollout(net, trials.inputs, adjoint=cj.Checkpointed(10**6))": (
        "ValueError: `adjoint` must have segments of at most all 100 steps that "
        "are a multiple of the record's stride 1; got "
        "Checkpointed(steps=1000000). Leave `steps` out for about sqrt(T)."
    ),
    'cj.rollout(net, trials.inputs, weight_dtype="int8")': (
        "ValueError: `weight_dtype` must be a float of at most the precision of "
        "the network's float32; got 'int8'. Use jnp.bfloat16, or leave it out."
    ),
    'cj.rollout(net, trials.inputs, weight_dtype="float64")': (
        "ValueError: `weight_dtype` must be a float of at most the precision of "
        "the network's float32; got 'float64'. Use jnp.bfloat16, or leave it "
        "out."
    ),
    "cj.rollout(net, trials.inputs, weight_dtype=3)": (
        "ValueError: `weight_dtype` must be a float of at most the precision of "
        "the network's float32; got 3. Use jnp.bfloat16, or leave it out."
    ),
    'cj.rollout(net, trials.inputs, weight_dtype="halff")': (
        "ValueError: `weight_dtype` must be a float of at most the precision of "
        "the network's float32; got 'halff'. Use jnp.bfloat16, or leave it out."
    ),
    'cj.rollout(net, trials.inputs, check_finite="yes")': (
        "ValueError: `check_finite` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.rollout(net, np.full((5, 2), nan, np.float32), check_finite=True)": (
        "ValueError: `inputs` must be finite; got 10 of 10 entries that are not. "
        "Look for NaN in how they were made."
    ),
    'cj.rollout(net, trials.inputs, time_major="yes")': (
        "ValueError: `time_major` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.rollout(net, trials.inputs, time_major=1)": (
        "ValueError: `time_major` must be True or False; got 1. Give a boolean."
    ),
    "cj.rollout(net, trials.inputs, dt=10.0)": (
        "TypeError: rollout() has no argument `dt`. The arguments are `net`, "
        "`inputs`, `steps`, `state`, `key`, `record`, `adjoint`, `weight_dtype`, "
        "`check_finite`, `time_major`."
    ),
    "cj.rollout(net, trials.inputs, noise=0.1)": (
        "TypeError: rollout() has no argument `noise`. The arguments are `net`, "
        "`inputs`, `steps`, `state`, `key`, `record`, `adjoint`, `weight_dtype`, "
        "`check_finite`, `time_major`."
    ),
    (
        "cj.rollout(cj.perturb(net, cj.perturbations.Forced([0, 1], np.ones((3, 5, "
        "2)))), trials.inputs)"
    ): (
        "ValueError: `rates` must have the batch (4,) of the rollout, or none; "
        "got batch (3,). They are (*batch, time, n_forced)."
    ),
    "cj.step(net)": (
        "TypeError: step() missing 1 required positional argument: 'state'"
    ),
    "cj.step(net, None, np.ones(2, np.float32))": (
        "ValueError: `state` must be a State; got None. Use net.initial_state(), "
        "or the state of a trajectory."
    ),
    "cj.step(net, traj, np.ones(2, np.float32))": (
        "ValueError: `state` must be a State; got a Trajectory. Pass its `final_state`."
    ),
    "cj.step(net, np.ones(10), np.ones(2, np.float32))": (
        "ValueError: `state` must be a State; got float64 of shape (10,). Use "
        "net.initial_state(), or the state of a trajectory."
    ),
    "cj.step(net, net.initial_state)": (
        "ValueError: `state` must be a State; got the function initial_state. "
        "Use net.initial_state(), or the state of a trajectory."
    ),
    "cj.step(net, net.initial_state())": (
        "ValueError: `u` must be given to a network with 2 inputs; got None. "
        "Pass zeros for no input."
    ),
    "cj.step(net, net.initial_state(), np.ones(3, np.float32))": (
        "ValueError: `u` must have shape (*batch, 2); got shape (3,). The last "
        "axis is channels."
    ),
    'cj.step(net, net.initial_state(), "stimulus")': (
        "ValueError: `u` must be numbers or a dictionary; got 'stimulus'. Give a "
        "number or an array of numbers."
    ),
    "cj.step(net, net.initial_state(), 1.0)": (
        "ValueError: `u` must have shape (*batch, 2); got shape (). The last "
        "axis is channels."
    ),
    "cj.step(net, net.initial_state((4,)), np.ones((3, 2), np.float32))": (
        "ValueError: `state.potentials` must have shape (3, 10); got shape (4, "
        "10). One potential for each unit, in each trial of the batch."
    ),
    "cj.step(net, net.initial_state(), np.ones(2, int))": (
        "ValueError: `inputs` must have the network's dtype float32; got int32 "
        "of shape (1, 2). Cast with .astype(float32), or the network with "
        "cj.astype."
    ),
    "cj.step(net, np.ones(2, np.float32), net.initial_state())": (
        "ValueError: `state` must be a State; got float32 of shape (2,). "
        "Exchange it with `u`."
    ),
    "cj.step(noisy, noisy.initial_state(), np.ones(2, np.float32))": (
        "ValueError: `key` must be given to a network with noise; got None. Pass "
        "key=jax.random.key(...), or cj.noiseless(net)."
    ),
    "cj.step(noisy, noisy.initial_state(), np.ones(2, np.float32), key=3)": (
        "ValueError: `key` must be a JAX random key; got 3. Use jax.random.key(0)."
    ),
    'cj.step(net, net.initial_state(), {"stimulus": np.ones(2, np.float32)})': (
        "ValueError: `inputs` must be an array of shape (*batch, time, 2); got "
        "names ['stimulus']. This network's inputs have no names: build it with "
        "connectivity=."
    ),
    'cj.step(named, named.initial_state(), {"stimulis": np.ones(2, np.float32)})': (
        "ValueError: `inputs` must be a known name; got 'stimulis'. Did you mean "
        "'stimulus'? The options are 'stimulus'."
    ),
    'cj.step(named, named.initial_state(), {"stimulus": np.float32(1.0)})': (
        "ValueError: `u['stimulus']` must have shape (*batch, channels); got "
        "shape (). The last axis is channels."
    ),
    "cj.step(nets, net.initial_state(), np.ones(2, np.float32))": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map "
        "over it: jax.vmap(lambda n: cj.rollout(n, inputs))(nets)."
    ),
    "cj.step(task, net.initial_state(), np.ones(2, np.float32))": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a "
        "CTRNN or EIRNN."
    ),
    "cj.map_networks(lambda n: n.dt, net)": (
        "ValueError: `nets` must be a stack of networks; got an EIRNN. Make one: "
        "cj.stack(...)."
    ),
    "cj.map_networks(net, lambda n: n.dt)": (
        "ValueError: `fn` must be a function; got an EIRNN. Exchange it with `nets`."
    ),
    'cj.map_networks("fn", nets)': (
        "ValueError: `fn` must be a function; got 'fn'. Pass the function itself."
    ),
    "cj.map_networks(cj.effective(net), nets)": (
        "ValueError: `fn` must be a function; got a Weights. Pass the function itself."
    ),
    "cj.map_networks(lambda n: n.dt, [net, net])": (
        "ValueError: `nets` must be a network; got [an EIRNN, an EIRNN]. Pass a "
        "CTRNN or EIRNN."
    ),
    ("cj.map_networks(lambda n: n.dt, cj.perturb(nets, cj.perturbations.Lesion(3)))"): (
        "ValueError: `nets` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.map_networks(lambda n, x: x, nets, np.ones(3))": (
        "ValueError: `args[0]` must have arrays with a leading axis of 2, one "
        "entry a network; got float64 of shape (3,). Let `fn` close over what "
        "all share."
    ),
    "cj.map_networks(lambda n, x: x, nets, 1.0)": (
        "ValueError: `args[0]` must have arrays with a leading axis of 2, one "
        "entry a network; got 1.0. Let `fn` close over what all share."
    ),
    'cj.map_networks(lambda n, x: x, nets, "ab")': (
        "ValueError: `args[0]` must have arrays with a leading axis of 2, one "
        "entry a network; got 'ab'. Let `fn` close over what all share."
    ),
    "cj.map_networks(lambda n: n.dt, nets, batch_size=0)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    "cj.map_networks(lambda n: n.dt, nets, batch_size=1.5)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 1.5. "
        "Give an int."
    ),
    'cj.map_networks(lambda n: n.dt, nets, batch_size="all")': (
        "ValueError: `batch_size` must be a whole number, at least 1; got 'all'. "
        "Give an int."
    ),
    'cj.map_networks(lambda n: n.dt, nets, mesh="cpu")': (
        "ValueError: `mesh` must be a mesh of devices; got 'cpu'. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.map_networks(lambda n: n.dt, nets, mesh=jax.devices())": (
        "ValueError: `mesh` must be a mesh of devices; got [a Device]. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.map_networks(lambda n: n.dt, nets, batch=2)": (
        "TypeError: map_networks() has no argument `batch`. Did you mean "
        "`batch_size`? The arguments are `fn`, `nets`, `batch_size`, `mesh`."
    ),
    "cj.Record(stride=0)": (
        "ValueError: `stride` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.Record(stride=2.0)": (
        "ValueError: `stride` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    'cj.Record(stride="2")': (
        "ValueError: `stride` must be a whole number, at least 1; got '2'. Give an int."
    ),
    'cj.Record("rates")': (
        "ValueError: `potentials` must be True or False; got 'rates'. Give a boolean."
    ),
    'cj.Record(rates="yes")': (
        "ValueError: `rates` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.Record(rates=1)": (
        "ValueError: `rates` must be True or False; got 1. Give a boolean."
    ),
    "cj.Record(potentials=None)": (
        "ValueError: `potentials` must be True or False; got None. Give a boolean."
    ),
    'cj.Record(outputs="False")': (
        "ValueError: `outputs` must be True or False; got 'False'. Give a boolean."
    ),
    "cj.Record(synapses=0)": (
        "ValueError: `synapses` must be True or False; got 0. Give a boolean."
    ),
    "cj.Record(spikes=True)": (
        "TypeError: Record.__init__() got an unexpected keyword argument 'spikes'"
    ),
    "cj.HoistedAdjoint(0)": (
        "ValueError: `chunk_bytes` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    'cj.HoistedAdjoint("1 MB")': (
        "ValueError: `chunk_bytes` must be a whole number, at least 1; got '1 "
        "MB'. Give an int."
    ),
    "cj.HoistedAdjoint(unroll=0)": (
        "ValueError: `unroll` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.HoistedAdjoint(unroll=1.5)": (
        "ValueError: `unroll` must be a whole number, at least 1; got 1.5. Give an int."
    ),
    "cj.HoistedAdjoint(chunk=10)": (
        "TypeError: HoistedAdjoint.__init__() got an unexpected keyword argument "
        "'chunk'"
    ),
    "cj.DirectAdjoint(10)": (
        "TypeError: DirectAdjoint.__init__() takes 1 positional argument but 2 "
        "were given"
    ),
    "cj.DirectAdjoint(steps=10)": (
        "TypeError: DirectAdjoint.__init__() got an unexpected keyword argument 'steps'"
    ),
    "cj.DirectAdjoint(net, net)": (
        "TypeError: DirectAdjoint.__init__() takes 1 positional argument but 3 "
        "were given"
    ),
    "cj.Checkpointed(0)": (
        "ValueError: `steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.Checkpointed(2.5)": (
        "ValueError: `steps` must be a whole number, at least 1; got 2.5. Give an int."
    ),
    'cj.Checkpointed("10")': (
        "ValueError: `steps` must be a whole number, at least 1; got '10'. Give an int."
    ),
    'cj.Checkpointed(10, "direct")': (
        "ValueError: `inner` must be an adjoint without segments, such as "
        "HoistedAdjoint(); got 'direct'. It differentiates each segment."
    ),
    "cj.Checkpointed(10, cj.DirectAdjoint)": (
        "ValueError: `inner` must be an adjoint without segments, such as "
        "HoistedAdjoint(); got the class DirectAdjoint. It differentiates each "
        "segment."
    ),
    "cj.Checkpointed(10, cj.Truncated(5))": (
        "ValueError: `inner` must be an adjoint without segments, such as "
        "HoistedAdjoint(); got a Truncated. It differentiates each segment."
    ),
    "cj.Checkpointed(cj.DirectAdjoint(), 10)": (
        "ValueError: `steps` must be a whole number, at least 1; got a "
        "DirectAdjoint. Give an int."
    ),
    "cj.Truncated()": (
        "TypeError: Truncated.__init__() missing 1 required positional argument: "
        "'steps'"
    ),
    "cj.Truncated(0)": (
        "ValueError: `steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.Truncated(-5)": (
        "ValueError: `steps` must be a whole number, at least 1; got -5. Give an int."
    ),
    'cj.Truncated("10")': (
        "ValueError: `steps` must be a whole number, at least 1; got '10'. Give an int."
    ),
    "cj.Truncated(None)": (
        "ValueError: `steps` must be a whole number, at least 1; got None. Give an int."
    ),
    "cj.Truncated(10, cj.Checkpointed(5))": (
        "ValueError: `inner` must be an adjoint without segments, such as "
        "HoistedAdjoint(); got a Checkpointed. It differentiates each segment."
    ),
    'cj.Truncated(10, inner="direct")': (
        "ValueError: `inner` must be an adjoint without segments, such as "
        "HoistedAdjoint(); got 'direct'. It differentiates each segment."
    ),
    "cj.simulation.KernelAdjoint(blocks=3)": (
        "TypeError: KernelAdjoint.__init__() got an unexpected keyword argument "
        "'blocks'"
    ),
    'traj.rates_of("excitatry")': (
        "ValueError: `name` must be a known name; got 'excitatry'. Did you mean "
        "'excitatory'? The options are 'excitatory', 'inhibitory'."
    ),
    "traj.to_xarray(net)": (
        "TypeError: Trajectory.to_xarray() takes 1 positional argument but 2 were given"
    ),
    "traj.to_xarray(trials=trials.inputs)": (
        "ValueError: `trials` must be trials; got float32 of shape (4, 100, 2). Use "
        "task.batch(key, size)."
    ),
    "traj.to_xarray(task='rdm')": (
        "ValueError: `task` must be a task; got 'rdm'. Use cj.tasks.make(name), for "
        "example."
    ),
    "traj.to_xarray(trials=task.batch(key, 5))": (
        "ValueError: `trials` must be those of the trajectory, (4,) with 100 recorded "
        "steps; got (5,) with 100. Pass the trials whose inputs were simulated."
    ),
    "cj.step(net, net.initial_state(), np.zeros(2, np.float32)).to_xarray()": (
        "ValueError: `trajectory` must be that of a rollout; got that of step. Steps "
        "have no time axis: use rollout."
    ),
    "traj.rates_of(3)": (
        "ValueError: `name` must be a known name; got 3. The options are "
        "'excitatory', 'inhibitory'."
    ),
    'traj.outputs_of("choice")': (
        "ValueError: `name` must be a known name; got 'choice'. Nothing has a "
        "name here: build the network with connectivity=."
    ),
    (
        "cj.rollout(net, trials.inputs, "
        'record=cj.Record(rates=False)).rates_of("excitatory")'
    ): (
        "ValueError: `record` must keep rates; got None. Pass "
        "record=cj.Record(rates=True)."
    ),
    "cj.simulation.KernelAdjoint('yes')": (
        "ValueError: `interpret` must be None or parameters of JAX's interpreter; "
        "got 'yes'. Leave it out: the kernel is then compiled."
    ),
    "cj.simulation.KernelAdjoint(1)": (
        "ValueError: `interpret` must be None or parameters of JAX's interpreter; "
        "got 1. Leave it out: the kernel is then compiled."
    ),
    "cj.simulation.KernelAdjoint(True)": (
        "ValueError: `interpret` must be None or parameters of JAX's interpreter; "
        "got True. Leave it out: the kernel is then compiled."
    ),
    "cj.step(net, net.initial_state(), [[1.0], [1.0, 2.0]])": (
        "ValueError: `u` must be numbers; got [[1.0], [1.0, 2.0]]. Give a number or "
        "an array of numbers."
    ),
    "traj[4]": ("IndexError: index 4 is out of bounds for axis 0 with size 4"),
    "traj[0, 0]": (
        "IndexError: too many indices for batch axes of shape (4,); got 2. Time and "
        "channels are indexed in the arrays."
    ),
    "traj[0][0]": (
        "TypeError: a Trajectory without batch axes has no length and no entries"
    ),
    'traj["rates"]': (
        "TypeError: an index must be a whole number, a slice, or a list or mask of "
        "one axis; got 'rates'"
    ),
    "list(traj[1])": (
        "TypeError: a Trajectory without batch axes has no length and no entries"
    ),
    "cj.rollout(eqx.filter(net, cj.trainable(net)), trials.inputs)": (
        "ValueError: `net` must have all its leaves; got a tree of parameters alone. "
        "Use eqx.combine(params, static)."
    ),
}
