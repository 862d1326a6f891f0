"""Wrong calls of the analyses of networks: fixed points, linear, Lyapunov, currents."""

CALLS = {
    "cj.analysis.amplification(net, [1.0])": (
        "ValueError: `matrix` must be numbers; got an EIRNN. Pass an array of it, such "
        "as cj.effective(net).w_hid."
    ),
    "cj.analysis.amplification(np.ones((2, 3)), [1.0])": (
        "ValueError: `matrix` must be a square matrix; got shape (2, 3). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.amplification(matrix, 1.0)": (
        "ValueError: `times` must be a list of numbers; got shape (). One time t is "
        "[t]."
    ),
    "cj.analysis.amplification(matrix, [-1.0])": (
        "ValueError: `times` must not be negative; got -1. Time runs forward."
    ),
    "cj.analysis.amplification(matrix, [1e6])": (
        "ValueError: `times` must leave exp(A t) finite; got 1e+06. Use shorter times."
    ),
    "cj.analysis.amplification(1j * matrix, [1.0])": (
        "ValueError: `matrix` must be real; got complex128 of shape (10, 10). Pass its "
        "real part."
    ),
    "cj.analysis.amplification(nan * matrix, [1.0])": (
        "ValueError: `matrix` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.amplification(matrix, 'long')": (
        "ValueError: `times` must be numbers; got 'long'. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.attractor_manifolds(net)": (
        "ValueError: `points` must be fixed points; got an EIRNN. Use "
        "cj.analysis.find_fixed_points(...)."
    ),
    "cj.analysis.attractor_manifolds(fixed, slow=0.0)": (
        "ValueError: `slow` must be positive; got 0. Leave it out."
    ),
    "cj.analysis.attractor_manifolds(fixed, gap=-1.0)": (
        "ValueError: `gap` must be positive; got -1. Leave it out."
    ),
    "cj.analysis.attractor_manifolds(fixed, aligned='yes')": (
        "ValueError: `aligned` must be a number; got 'yes'. Give an int or a float."
    ),
    "cj.analysis.attractor_manifolds(fixed, aligned=nan)": (
        "ValueError: `aligned` must be positive; got nan. Leave it out."
    ),
    "cj.analysis.attractor_manifolds(fixed, aligned=2.0)": (
        "ValueError: `aligned` must be a cosine, at most 1; got 2.0. Use 0.8."
    ),
    "cj.analysis.attractor_manifolds(fixed, slower=0.1)": (
        "TypeError: attractor_manifolds() has no argument `slower`. Did you mean "
        "`slow`? The arguments are `points`, `slow`, `gap`, `aligned`, `progress`."
    ),
    "cj.analysis.bifurcation(plain, [1.0], lambda net, value: net, key=key)": (
        "ValueError: `change` must be a function; got [1.0]. Exchange it with `values`."
    ),
    "cj.analysis.bifurcation(plain, lambda net, value: value, [1.0], key=key)": (
        "ValueError: `change` must return a network; got 1.0. Such as cj.replace(net, "
        "w_hid=...)."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: cj.CTRNN(2, 4, 2, dt=20.0, "
        "tau=100.0, key=key), [1.0], key=key)"
    ): (
        "ValueError: `change` must keep the 10 units; got 4 units. Such as "
        "cj.replace(net, w_hid=...)."
    ),
    "cj.analysis.bifurcation(plain, lambda net, value: net, 1.0, key=key)": (
        "ValueError: `values` must be a list of numbers; got shape (). One value x is "
        "[x]."
    ),
    "cj.analysis.bifurcation(plain, lambda net, value: net, [nan], key=key)": (
        "ValueError: `values` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.bifurcation(plain, lambda net, value: net, ['a'], key=key)": (
        "ValueError: `values` must be numbers; got ['a']. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.bifurcation(nets, lambda net, value: net, [1.0], key=key)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.bifurcation(perturbed, lambda net, value: net, [1.0], key=key)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        "Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=1)": (
        "ValueError: `key` must be a JAX random key; got 1. Use jax.random.key(0)."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "candidates=0)"
    ): (
        "ValueError: `candidates` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "jump=0.0)"
    ): ("ValueError: `jump` must be positive; got 0. It is a distance."),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "inputs=np.ones(3))"
    ): (
        "ValueError: `inputs` must have shape (2,); got shape (3,). It is constant in "
        "time; loop over several (nothing is recompiled)."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "starts=np.ones(3))"
    ): (
        "ValueError: `starts` must have shape (..., 10); got shape (3,). Give "
        "potentials, one number for each unit."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "tolerance=-1.0)"
    ): ("ValueError: `tolerance` must be positive; got -1. Use 1e-10, say."),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "max_iterations='many')"
    ): (
        "ValueError: `max_iterations` must be a whole number, at least 0; got 'many'. "
        "Give an int."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "jitter=-1.0)"
    ): (
        "ValueError: `jitter` must not be negative; got -1. It is a standard deviation."
    ),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "distinct=nan)"
    ): ("ValueError: `distinct` must not be negative; got nan. It is a distance."),
    (
        "cj.analysis.bifurcation(plain, lambda net, value: net, [1.0], key=key, "
        "marginal='no')"
    ): ("ValueError: `marginal` must be a number; got 'no'. Give an int or a float."),
    "cj.analysis.continue_fixed_points(net, np.ones((3, 2)), fixed)": (
        "ValueError: `point` must be numbers; got a FixedPoints. Pass an array of it, "
        "such as points.points[0]."
    ),
    "cj.analysis.continue_fixed_points(plain, np.ones(2), fixed.points[0])": (
        "ValueError: `inputs_path` must have shape (path, 2); got shape (2,). Give one "
        "frozen input in each row."
    ),
    "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), fixed.points)": (
        "ValueError: `point` must be one state, (10,); got 2 states. Loop over points."
    ),
    "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), np.zeros(3))": (
        "ValueError: `point` must have shape (..., 10); got shape (3,). Give "
        "potentials, one number for each unit."
    ),
    "cj.analysis.continue_fixed_points(plain, np.full((3, 2), nan), fixed.points[0])": (
        "ValueError: `inputs_path` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), np.full(10, nan))": (
        "ValueError: `point` must be finite; got nan. Replace NaN and infinity."
    ),
    (
        "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), fixed.points[0], "
        "tolerance=0.0)"
    ): ("ValueError: `tolerance` must be positive; got 0. Use 1e-10, say."),
    (
        "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), fixed.points[0], "
        "jump='far')"
    ): ("ValueError: `jump` must be a number; got 'far'. Give an int or a float."),
    (
        "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), fixed.points[0], "
        "marginal=-1.0)"
    ): (
        "ValueError: `marginal` must not be negative; got -1. It is the magnitude of a "
        "real part."
    ),
    (
        "cj.analysis.continue_fixed_points(plain, np.ones((3, 2)), fixed.points[0], "
        "max_iterations=1.5)"
    ): (
        "ValueError: `max_iterations` must be a whole number, at least 1; got 1.5. "
        "Give an int."
    ),
    "cj.analysis.continue_fixed_points(nets, np.ones((3, 2)), fixed.points[0])": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.continue_fixed_points(plain, 'inputs', fixed.points[0])": (
        "ValueError: `inputs_path` must be numbers; got 'inputs'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.continuous_lyapunov(matrix, np.ones(3))": (
        "ValueError: `q` must have the shape of `a`, (10, 10); got shape (3,). For "
        "example A of shape (3, 3) and Q of shape (3, 3)."
    ),
    "cj.analysis.continuous_lyapunov(np.ones((2, 3)), matrix)": (
        "ValueError: `a` must be a square matrix; got shape (2, 3). For example A of "
        "shape (3, 3) and Q of shape (3, 3)."
    ),
    "cj.analysis.continuous_lyapunov(net, matrix)": (
        "ValueError: `a` must be numbers; got an EIRNN. Pass an array of it, such as "
        "cj.effective(net).w_hid."
    ),
    "cj.analysis.continuous_lyapunov(1j * matrix, matrix)": (
        "ValueError: `a` must be real; got complex64 of shape (10, 10). Pass its real "
        "part."
    ),
    "cj.analysis.continuous_lyapunov(nan * matrix, matrix)": (
        "ValueError: `a` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.continuous_lyapunov(matrix, np.triu(np.ones((10, 10))))": (
        "ValueError: `q` must be symmetric; got float32 of shape (10, 10) that is not. "
        "It is a covariance."
    ),
    "cj.analysis.continuous_lyapunov(-matrix, 'q')": (
        "ValueError: `q` must be numbers; got 'q'. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.currents(net, trials.inputs, traj)": (
        "ValueError: `trajectory` must be a trajectory; got float32 of shape (4, 100, "
        "2). Exchange it with `inputs`."
    ),
    "cj.analysis.currents(traj, net)": (
        "ValueError: `net` must be a network; got a Trajectory. Exchange it with "
        "`trajectory`."
    ),
    "cj.analysis.currents(net, traj, trials)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.analysis.currents(net, traj, trials.inputs[:2])": (
        "ValueError: `inputs` must have shape (4, 100, 2); got shape (2, 100, 2). Pass "
        "the inputs of that rollout, which recorded every step."
    ),
    (
        "cj.analysis.currents(cj.CTRNN(2, 4, 2, dt=20.0, tau=100.0, key=key), traj, "
        "trials.inputs)"
    ): (
        "ValueError: `trajectory.rates` must have shape (..., time, 4); got shape (4, "
        "100, 10). Pass the trajectory that cj.rollout returned for this network."
    ),
    (
        "cj.analysis.currents(net, cj.rollout(net, trials.inputs, "
        "record=cj.Record(rates=False)), trials.inputs)"
    ): (
        "ValueError: `trajectory` must hold rates; got a record without them. Roll out "
        "with record=cj.Record(rates=True)."
    ),
    (
        "cj.analysis.currents(net, traj, trials.inputs, "
        "state=traj.final_state.potentials)"
    ): (
        "ValueError: `state` must be a State; got float32 of shape (4, 10). Use "
        "net.initial_state(), or the state of a trajectory."
    ),
    "cj.analysis.currents(net, traj, trials.inputs, state=plain.initial_state((3,)))": (
        "ValueError: `state.potentials` must have shape (4, 10); got shape (3, 10). "
        "Pass the state that the rollout started from."
    ),
    "cj.analysis.currents(net, traj, nan * trials.inputs)": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.discrete_lyapunov(0.5 * matrix, np.eye(3))": (
        "ValueError: `q` must have the shape of `a`, (10, 10); got shape (3, 3). For "
        "example A of shape (3, 3) and Q of shape (3, 3)."
    ),
    "cj.analysis.discrete_lyapunov(np.ones(3), np.eye(3))": (
        "ValueError: `a` must be a square matrix; got shape (3,). For example A of "
        "shape (3, 3) and Q of shape (3, 3)."
    ),
    "cj.analysis.discrete_lyapunov(net, matrix)": (
        "ValueError: `a` must be numbers; got an EIRNN. Pass an array of it, such as "
        "cj.effective(net).w_hid."
    ),
    "cj.analysis.discrete_lyapunov(0.5 * matrix, 1j * matrix)": (
        "ValueError: `q` must be real; got complex64 of shape (10, 10). Pass its real "
        "part."
    ),
    "cj.analysis.discrete_lyapunov(0.5 * matrix, nan * matrix)": (
        "ValueError: `q` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.discrete_lyapunov(0.5 * matrix, np.triu(np.ones((10, 10))))": (
        "ValueError: `q` must be symmetric; got float32 of shape (10, 10) that is not. "
        "It is a covariance."
    ),
    "cj.analysis.dt_check(task, net, key=key)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Exchange it "
        "with `task`."
    ),
    "cj.analysis.dt_check(net, 'perceptual_decision', key=key)": (
        "ValueError: `task` must be a task; got 'perceptual_decision'. Use "
        "cj.tasks.make(name), for example."
    ),
    "cj.analysis.dt_check(net, task, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.analysis.dt_check(nets, task, key=key)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    (
        "cj.analysis.dt_check(net, cj.tasks.make('perceptual_decision', dt=10.0), "
        "key=key)"
    ): (
        "ValueError: `task` must have the network's dt of 20 ms; got dt = 10 ms. Build "
        "both with the same dt, or use cj.replace(net, dt=...)."
    ),
    (
        "cj.analysis.dt_check(net, cj.tasks.make('context_integration', dt=20.0), "
        "key=key)"
    ): (
        "ValueError: `task` must have the network's 2 inputs and 2 outputs; got 6 and "
        "2. Build the network with task.n_in and task.n_out."
    ),
    "cj.analysis.dt_check(net, task, key=key, factors=(2, 4))": (
        "ValueError: `factors` must ascend from 1, at least two of them; got (2, 4). "
        "Use (1, 2, 4)."
    ),
    "cj.analysis.dt_check(net, task, key=key, factors=4)": (
        "ValueError: `factors` must be a list; got 4. Give a tuple."
    ),
    "cj.analysis.dt_check(net, task, key=key, factors=(1, 2.5))": (
        "ValueError: `factors` must be a whole number, at least 1; got 2.5. Give an "
        "int."
    ),
    "cj.analysis.dt_check(net, task, key=key, trials=0)": (
        "ValueError: `trials` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.dt_check(net, task, key=key, scored=100)": (
        "ValueError: `scored` must be a multiple of 8; got 100. Use 512."
    ),
    "cj.analysis.dt_check(net, task, key=key, scored=0)": (
        "ValueError: `scored` must be a whole number, at least 8; got 0. Give an int."
    ),
    "cj.analysis.find_fixed_points(net)": (
        "ValueError: `key` must be given, unless `starts` is given with jitter=0; got "
        "None. Pass key=jax.random.key(...)."
    ),
    "cj.analysis.find_fixed_points(nets, key=key)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.find_fixed_points(perturbed, key=key)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        "Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    (
        "cj.analysis.find_fixed_points(cj.replace(plain, noise=cj.StepNoise(0.1, "
        "0.0)), key=key)"
    ): (
        "ValueError: `net` must have no noise, as its flow is deterministic; got "
        "StepNoise. Use cj.noiseless(net)."
    ),
    "cj.analysis.find_fixed_points(plain, trials.inputs, key=key)": (
        "ValueError: `inputs` must have shape (2,); got shape (4, 100, 2). It is "
        "constant in time; loop over several (nothing is recompiled)."
    ),
    "cj.analysis.find_fixed_points(plain, [nan, 0.0], key=key)": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.find_fixed_points(plain, 'stimulus', key=key)": (
        "ValueError: `inputs` must be numbers; got 'stimulus'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.find_fixed_points(plain, key=3)": (
        "ValueError: `key` must be a JAX random key; got 3. Use jax.random.key(0)."
    ),
    "cj.analysis.find_fixed_points(plain, seed=3)": (
        "TypeError: find_fixed_points() has no argument `seed`. Did you mean `key`? "
        "The arguments are `net`, `inputs`, `starts`, `key`, `candidates`, `jitter`, "
        "`tolerance`, `distinct`, `marginal`, `warm_up`, `max_iterations`, `include`, "
        "`progress`."
    ),
    "cj.analysis.find_fixed_points(plain, starts=np.ones(3), key=key)": (
        "ValueError: `starts` must have shape (..., 10); got shape (3,). Give "
        "potentials, one number for each unit."
    ),
    "cj.analysis.find_fixed_points(plain, starts=np.zeros((0, 10)), key=key)": (
        "ValueError: `starts` must hold one state or more; got none. Leave it out."
    ),
    "cj.analysis.find_fixed_points(plain, starts='random', key=key)": (
        "ValueError: `starts` must be numbers or a trajectory; got 'random'. Give a "
        "number or an array of numbers."
    ),
    (
        "cj.analysis.find_fixed_points(plain, starts=cj.rollout(plain, trials.inputs, "
        "record=cj.Record(potentials=False)), key=key)"
    ): (
        "ValueError: `starts` must hold potentials; got a record without them. Pass "
        "cj.Record(potentials=True)."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, candidates=0)": (
        "ValueError: `candidates` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, jitter=-1.0)": (
        "ValueError: `jitter` must not be negative; got -1. It is a standard deviation."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, jitter='small')": (
        "ValueError: `jitter` must be a number; got 'small'. Give an int or a float."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, tolerance=0.0)": (
        "ValueError: `tolerance` must be positive; got 0. Use 1e-10, say."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, tolerance='1e-10')": (
        "ValueError: `tolerance` must be a number; got '1e-10'. Give an int or a float."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, distinct=-1.0)": (
        "ValueError: `distinct` must not be negative; got -1. It is a distance."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, marginal=nan)": (
        "ValueError: `marginal` must not be negative; got nan. It is the magnitude of "
        "a real part."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, warm_up=-1)": (
        "ValueError: `warm_up` must be a whole number, at least 0; got -1. Give an int."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, max_iterations=-1)": (
        "ValueError: `max_iterations` must be a whole number, at least 0; got -1. Give "
        "an int."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, include=np.ones(3))": (
        "ValueError: `include` must have shape (..., 10); got shape (3,). Give "
        "potentials, one number for each unit."
    ),
    "cj.analysis.find_fixed_points(plain, key=key, include=fixed)": (
        "ValueError: `include` must be numbers; got a FixedPoints. Pass an array of "
        "it, such as points.points[0]."
    ),
    "cj.analysis.gradient_stability(task, net, key=key)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Exchange it "
        "with `trials`."
    ),
    "cj.analysis.gradient_stability(net, trials, key=key)": (
        "ValueError: `trials` must be numbers or a task; got a Trial. Pass an array of "
        "it, such as trials.inputs, or of trials.conditions."
    ),
    "cj.analysis.gradient_stability(net, trials.inputs[0, 0], key=key)": (
        "ValueError: `trials` must be a task, or inputs (*batch, time, n_in) of at "
        "least two steps; got shape (2,). For a run without input give zeros."
    ),
    "cj.analysis.gradient_stability(net, np.ones((5, 3)), key=key)": (
        "ValueError: `trials` must have shape (..., 2); got shape (5, 3). Channels are "
        "last; one vector is a constant input."
    ),
    "cj.analysis.gradient_stability(net, nan * trials.inputs, key=key)": (
        "ValueError: `trials` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.gradient_stability(net, task, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.analysis.gradient_stability(net, task, key=key, size=0)": (
        "ValueError: `size` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.gradient_stability(nets, task, key=key)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    (
        "cj.analysis.gradient_stability(net, cj.tasks.make('context_integration', "
        "dt=20.0), key=key)"
    ): (
        "ValueError: `trials` must have the network's 2 inputs and 2 outputs; got 6 "
        "and 2. Build the network with task.n_in and task.n_out."
    ),
    "cj.analysis.henrici(net)": (
        "ValueError: `matrix` must be numbers; got an EIRNN. Pass an array of it, such "
        "as cj.effective(net).w_hid."
    ),
    "cj.analysis.henrici(np.ones((2, 3)))": (
        "ValueError: `matrix` must be a square matrix; got shape (2, 3). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.henrici(1j * matrix)": (
        "ValueError: `matrix` must be real; got complex128 of shape (10, 10). Pass its "
        "real part."
    ),
    "cj.analysis.henrici(nan * matrix)": (
        "ValueError: `matrix` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.henrici(matrix, relative='no')": (
        "ValueError: `relative` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.analysis.jacobian(net, traj)": (
        "ValueError: `potentials` must be numbers; got a Trajectory. Pass its "
        "`potentials`."
    ),
    "cj.analysis.jacobian(net, np.ones(3))": (
        "ValueError: `potentials` must have shape (..., 10); got shape (3,). Give one "
        "number for each unit."
    ),
    "cj.analysis.jacobian(traj.potentials, net)": (
        "ValueError: `net` must be a network; got float32 of shape (4, 100, 10). "
        "Exchange it with `potentials`."
    ),
    "cj.analysis.jacobian(nets, np.ones(10))": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.jacobian(net, np.ones(10), np.ones(3))": (
        "ValueError: `inputs` must have shape (..., 2); got shape (3,). Channels are "
        "last; one vector is a constant input."
    ),
    "cj.analysis.jacobian(net, np.ones((3, 10)), np.ones((4, 2)))": (
        "ValueError: `inputs` must have a batch that fits that of potentials, (3,); "
        "got shape (4, 2). Give one input, or one for each state."
    ),
    "cj.analysis.jacobian(net, np.ones(10), trials)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.analysis.jacobian(net, np.ones(10), [nan, 0.0])": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.jacobian(net, np.full(10, nan))": (
        "ValueError: `potentials` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.jacobian(net, 1j * np.ones(10))": (
        "ValueError: `potentials` must be real; got complex64 of shape (10,). Pass its "
        "real part."
    ),
    (
        "cj.analysis.jacobian(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "np.ones(10))"
    ): (
        "ValueError: `net` must have no noise, as its flow is deterministic; got "
        "StepNoise. Use cj.noiseless(net)."
    ),
    "cj.analysis.kaplan_yorke(lyapunov)": (
        "ValueError: `exponents` must be numbers; got a LyapunovSpectrum. Pass its "
        "`exponents`."
    ),
    "cj.analysis.kaplan_yorke(0.5)": (
        "ValueError: `exponents` must be a list of numbers; got shape (). For many "
        "spectra use jax.vmap."
    ),
    "cj.analysis.kaplan_yorke(['a'])": (
        "ValueError: `exponents` must be numbers; got ['a']. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.kaplan_yorke([1.0, -2.0], complete='no')": (
        "ValueError: `complete` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.analysis.kaplan_yorke([1.0, -2.0], standard_error=[0.1])": (
        "ValueError: `standard_error` must have shape (2,); got shape (1,). Give one "
        "for each exponent."
    ),
    "cj.analysis.kaplan_yorke([1.0, -2.0], standard_error=[0.1, -0.1])": (
        "ValueError: `standard_error` must not be negative; got -0.1. It is a standard "
        "deviation."
    ),
    "cj.analysis.kaplan_yorke([1.0, -2.0], standard_error='none')": (
        "ValueError: `standard_error` must be numbers; got 'none'. Give a number or "
        "an array of numbers."
    ),
    "cj.analysis.kaplan_yorke([1j, -2.0])": (
        "ValueError: `exponents` must be real; got [1j, -2.0]. Pass its real part."
    ),
    "cj.analysis.kreiss_bound(net)": (
        "ValueError: `jacobian` must be numbers; got an EIRNN. Use "
        "cj.analysis.jacobian(net, potentials), or points.modes(0)."
    ),
    "cj.analysis.kreiss_bound(np.ones(3))": (
        "ValueError: `jacobian` must be a square matrix; got shape (3,). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.kreiss_bound(-matrix, points=12)": (
        "ValueError: `points` must be a list; got 12. Give a tuple."
    ),
    "cj.analysis.kreiss_bound(-matrix, points=(0, 8))": (
        "ValueError: `points` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.kreiss_bound(-matrix, points=(12, 8, 3))": (
        "ValueError: `points` must be two whole numbers; got 3 of them. Give (real "
        "parts, imaginary parts)."
    ),
    "cj.analysis.lyapunov(nets, steps=200)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.lyapunov(net, steps=10)": (
        "ValueError: `steps` must be a multiple of blocks * every = 200, at least 200; "
        "got 10. The nearest is 200."
    ),
    "cj.analysis.lyapunov(net, steps=200.0)": (
        "ValueError: `steps` must be a whole number, at least 0; got 200.0. Give an "
        "int."
    ),
    "cj.analysis.lyapunov(net, steps=200, n_exponents=11)": (
        "ValueError: `n_exponents` must be at most the 10 dimensions of the state; got "
        "11. Leave it out for all."
    ),
    "cj.analysis.lyapunov(net, steps=200, n_exponents=0)": (
        "ValueError: `n_exponents` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.lyapunov(net, steps=200, every=0)": (
        "ValueError: `every` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.lyapunov(net, steps=200, blocks=1)": (
        "ValueError: `blocks` must be a whole number, at least 2; got 1. Give an int."
    ),
    "cj.analysis.lyapunov(net, steps=200, burn=3)": (
        "ValueError: `burn` must be a multiple of every = 10, at least 0; got 3. The "
        "nearest is 0."
    ),
    "cj.analysis.lyapunov(net, steps=200, burn=-10)": (
        "ValueError: `burn` must be a whole number, at least 0; got -10. Give an int."
    ),
    "cj.analysis.lyapunov(net, np.ones(3), steps=200)": (
        "ValueError: `inputs` must have shape (..., 2); got shape (3,). Channels are "
        "last; one vector is a constant input."
    ),
    "cj.analysis.lyapunov(net, trials, steps=200)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.analysis.lyapunov(net, nan * np.ones(2), steps=200)": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.lyapunov(net, steps=200, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.analysis.lyapunov(net, steps=200, state=traj.final_state)": (
        "ValueError: `state.potentials` must have shape (10,); got shape (4, 10). Map "
        "over many with jax.vmap."
    ),
    "cj.analysis.lyapunov(net, steps=200, state=np.ones(10))": (
        "ValueError: `state` must be a State; got float64 of shape (10,). Use "
        "net.initial_state(), or the state of a trajectory."
    ),
    "cj.analysis.lyapunov(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), steps=200)": (
        "ValueError: `key` must be given to a network with noise; got None. Pass "
        "key=jax.random.key(...), or cj.noiseless(net)."
    ),
    "cj.analysis.lyapunov(traj, steps=200)": (
        "ValueError: `net` must be a network; got a Trajectory. Pass a CTRNN or EIRNN."
    ),
    "cj.analysis.modes(net)": (
        "ValueError: `jacobian` must be numbers; got an EIRNN. Use "
        "cj.analysis.jacobian(net, potentials), or points.modes(0)."
    ),
    "cj.analysis.modes(perturbed)": (
        "ValueError: `jacobian` must be numbers; got a Perturbed. Pass an array of its "
        "`network`, the intact one."
    ),
    "cj.analysis.modes(np.ones(3))": (
        "ValueError: `jacobian` must be a square matrix; got shape (3,). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.modes(nan * matrix)": (
        "ValueError: `jacobian` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.modes(1j * matrix)": (
        "ValueError: `jacobian` must be real; got complex128 of shape (10, 10). Pass "
        "its real part."
    ),
    "cj.analysis.numerical_abscissa(net)": (
        "ValueError: `matrix` must be numbers; got an EIRNN. Pass an array of it, such "
        "as cj.effective(net).w_hid."
    ),
    "cj.analysis.numerical_abscissa(np.ones((3, 2)))": (
        "ValueError: `matrix` must be a square matrix; got shape (3, 2). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.numerical_abscissa(1j * matrix)": (
        "ValueError: `matrix` must be real; got complex128 of shape (10, 10). Pass its "
        "real part."
    ),
    "cj.analysis.random_matrix(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    "cj.analysis.random_matrix(np.ones((2, 3)))": (
        "ValueError: `weights` must be a square matrix; got shape (2, 3). Give one "
        "matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.random_matrix(nan * matrix)": (
        "ValueError: `weights` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.random_matrix(matrix, np.ones(3))": (
        "ValueError: `classes` must have shape (10,); got shape (3,). Give one class "
        "for each column."
    ),
    "cj.analysis.random_matrix(matrix, 'EI')": (
        "ValueError: `classes` must be numbers; got 'EI'. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.selection(net, traj)": (
        "ValueError: `potentials` must be numbers; got a Trajectory. Pass its "
        "`potentials`."
    ),
    "cj.analysis.selection(plain, fixed.points)": (
        "ValueError: `potentials` must have shape (10,); got shape (2, 10). Give one "
        "state."
    ),
    "cj.analysis.selection(plain, np.ones(10), rank=10)": (
        "ValueError: `rank` must be below the 10 units; got 10. 0 is the slowest."
    ),
    "cj.analysis.selection(plain, np.ones(10), rank=-1)": (
        "ValueError: `rank` must be a whole number, at least 0; got -1. Give an int."
    ),
    "cj.analysis.selection(plain, np.ones(10), np.ones(3))": (
        "ValueError: `inputs` must have shape (2,); got shape (3,). It is constant in "
        "time; loop over several (nothing is recompiled)."
    ),
    "cj.analysis.selection(plain, np.full(10, nan))": (
        "ValueError: `potentials` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.selection(nets, np.ones(10))": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.selection(perturbed, np.ones(10))": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        "Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.analysis.spectrum(nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.spectrum(perturbed)": (
        "ValueError: `net` must be a network or numbers; got a Perturbed. Pass a CTRNN "
        "or EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.analysis.spectrum(np.ones((2, 3)))": (
        "ValueError: `net` must be a network or a square matrix; got shape (2, 3). "
        "Give one matrix [post, pre]; loop over a batch."
    ),
    "cj.analysis.spectrum(nan * matrix)": (
        "ValueError: `net` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.spectrum(1j * matrix)": (
        "ValueError: `net` must be real; got complex128 of shape (10, 10). Pass its "
        "real part."
    ),
    "cj.analysis.spectrum(net, potentials=np.ones(3))": (
        "ValueError: `potentials` must have shape (10,); got shape (3,). Give one "
        "state."
    ),
    "cj.analysis.spectrum(net, potentials=np.full(10, nan))": (
        "ValueError: `potentials` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.spectrum(net, potentials='rest')": (
        "ValueError: `potentials` must be numbers; got 'rest'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.spectrum(net, inputs=np.ones(3))": (
        "ValueError: `inputs` must have shape (2,); got shape (3,). It is constant in "
        "time; loop over several (nothing is recompiled)."
    ),
    "cj.analysis.spectrum(net, classes=np.ones(3))": (
        "ValueError: `classes` must have shape (10,); got shape (3,). Give one class "
        "for each column."
    ),
    "cj.analysis.spectrum(net, n_vectors=0)": (
        "ValueError: `n_vectors` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.spectrum(net, growth='no')": (
        "ValueError: `growth` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.analysis.spectrum(matrix, potentials=np.ones(10))": (
        "ValueError: `potentials` must be left out for a matrix; got float64 of shape "
        "(10,). Pass the network to linearise it at a state."
    ),
    "cj.analysis.spectrum(matrix, inputs=np.ones(2))": (
        "ValueError: `inputs` must be left out for a matrix; got float64 of shape "
        "(2,). Pass the network to linearise it at a state."
    ),
    "cj.analysis.stationary(net)": (
        "ValueError: `net` must have noise; got None. Add it: cj.replace(net, "
        "noise=...)."
    ),
    "cj.analysis.stationary(matrix)": (
        "ValueError: `net` must be a network; got float64 of shape (10, 10). Pass a "
        "CTRNN or EIRNN."
    ),
    "cj.analysis.stationary(nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "np.ones(3))"
    ): (
        "ValueError: `inputs` must have shape (2,); got shape (3,). It is constant in "
        "time; loop over several (nothing is recompiled)."
    ),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "potentials=np.ones(3))"
    ): (
        "ValueError: `potentials` must have shape (10,); got shape (3,). Give one "
        "state."
    ),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "potentials=traj)"
    ): (
        "ValueError: `potentials` must be numbers; got a Trajectory. Pass its "
        "`potentials`."
    ),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "potentials=np.full(10, nan))"
    ): ("ValueError: `potentials` must be finite; got nan. Replace NaN and infinity."),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), "
        "continuous='no')"
    ): ("ValueError: `continuous` must be True or False; got 'no'. Give a boolean."),
    (
        "cj.analysis.stationary(cj.replace(net, noise=cj.StepNoise(0.1, 0.0)), [nan, "
        "nan])"
    ): ("ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."),
    "cj.analysis.step_jacobian(net, traj)": (
        "ValueError: `potentials` must be numbers; got a Trajectory. Pass its "
        "`potentials`."
    ),
    "cj.analysis.step_jacobian(net, np.ones(3))": (
        "ValueError: `potentials` must have shape (..., 10); got shape (3,). Give one "
        "number for each unit."
    ),
    "cj.analysis.step_jacobian(nets, np.ones(10))": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.step_jacobian(net, np.ones(10), trials.inputs[0, 0, :1])": (
        "ValueError: `inputs` must have shape (..., 2); got shape (1,). Channels are "
        "last; one vector is a constant input."
    ),
    "cj.analysis.step_jacobian(fixed)": (
        "ValueError: `net` must be a network; got a FixedPoints. Pass its `network`."
    ),
    "cj.analysis.step_jacobian(net, np.ones(10), task)": (
        "ValueError: `inputs` must be numbers; got a PerceptualDecision. Give a number "
        "or an array of numbers."
    ),
    "cj.analysis.velocity(net, traj)": (
        "ValueError: `potentials` must be numbers; got a Trajectory. Pass its "
        "`potentials`."
    ),
    "cj.analysis.velocity(net, np.ones(3))": (
        "ValueError: `potentials` must have shape (..., 10); got shape (3,). Give one "
        "number for each unit."
    ),
    "cj.analysis.velocity(nets, np.ones(10))": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.velocity(perturbed, np.ones(10))": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        "Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.analysis.velocity(net, np.ones(10), np.ones(3))": (
        "ValueError: `inputs` must have shape (..., 2); got shape (3,). Channels are "
        "last; one vector is a constant input."
    ),
    "cj.analysis.velocity(net, traj.potentials, trials)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.analysis.velocity(net, traj.potentials, trials.inputs[:2])": (
        "ValueError: `inputs` must have a batch that fits that of potentials, (4, "
        "100); got shape (2, 100, 2). Give one input, or one for each state."
    ),
    "cj.analysis.verify_fixed_points(net)": (
        "ValueError: `points` must be fixed points; got an EIRNN. Use "
        "cj.analysis.find_fixed_points(...)."
    ),
    "cj.analysis.verify_fixed_points(fixed, steps=0)": (
        "ValueError: `steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.verify_fixed_points(fixed, size=0.0)": (
        "ValueError: `size` must be positive; got 0. Use 1e-7, say."
    ),
    "cj.analysis.verify_fixed_points(fixed, size='small')": (
        "ValueError: `size` must be a number; got 'small'. Give an int or a float."
    ),
    "cj.analysis.verify_fixed_points(fixed, tolerance=-1.0)": (
        "ValueError: `tolerance` must be positive; got -1. Use 1e-4, say."
    ),
    "stationary.lagged(-1)": (
        "ValueError: `lag` must be a whole number, at least 0; got -1. Give an int."
    ),
    "stationary.lagged(1.5)": (
        "ValueError: `lag` must be a whole number, at least 0; got 1.5. Give an int."
    ),
    "stationary.lagged(1, of='rate')": (
        "ValueError: `of` must be a known name; got 'rate'. Did you mean 'rates'? The "
        "options are 'state', 'rates'."
    ),
    "stationary.power(1.0)": (
        "ValueError: `frequencies` must be a list of numbers; got shape (). One "
        "frequency f in Hz is [f]."
    ),
    "stationary.power('low')": (
        "ValueError: `frequencies` must be numbers; got 'low'. Give a number or an "
        "array of numbers."
    ),
    "stationary.power([nan])": (
        "ValueError: `frequencies` must be finite; got nan. Replace NaN and infinity."
    ),
    "stationary.cross_spectrum(np.ones((2, 2)))": (
        "ValueError: `frequencies` must be a list of numbers; got shape (2, 2). One "
        "frequency f in Hz is [f]."
    ),
    "stationary.cross_spectrum([1.0], of=0)": (
        "ValueError: `of` must be a known name; got 0. The options are 'state', "
        "'rates'."
    ),
    "stationary.power([1.0], of='potentials')": (
        "ValueError: `of` must be a known name; got 'potentials'. The options are "
        "'state', 'rates'."
    ),
    "fixed.where('stable')": (
        "ValueError: `chosen` must be a boolean or an index for points of 2; got <U6 "
        'of shape (). Use points.where(points.stability == "stable"), for example.'
    ),
    "fixed.where(fixed.stability)": (
        "ValueError: `chosen` must be a boolean or an index for points of 2; got <U8 "
        'of shape (2,). Use points.where(points.stability == "stable"), for example.'
    ),
    "fixed.where([5])": (
        "ValueError: `chosen` must be a boolean or an index for points of 2; got int64 "
        'of shape (1,). Use points.where(points.stability == "stable"), for example.'
    ),
    "fixed.jacobian(7)": (
        "ValueError: `which` must be an index of 2 points; got 7. Points "
        "count from 0; points.where([0, 1]) has several."
    ),
    "fixed.jacobian('first')": (
        "ValueError: `which` must be an index of 2 points; got 'first'. Points count "
        "from 0; points.where([0, 1]) has several."
    ),
    "fixed.modes(5)": (
        "ValueError: `which` must be an index of 2 points; got 5. Points "
        "count from 0; points.where([0, 1]) has several."
    ),
    "fixed.modes(0.5)": (
        "ValueError: `which` must be an index of 2 points; got 0.5. Points count from "
        "0; points.where([0, 1]) has several."
    ),
    "fixed.jacobian([0, 1])": (
        "ValueError: `which` must be an index of 2 points; got [0, 1]. Points count "
        "from 0; points.where([0, 1]) has several."
    ),
    "cj.analysis.henrici([['a', 'b'], ['c', 'd']])": (
        "ValueError: `matrix` must be numbers; got [['a', 'b'], ['c', 'd']]. Give a "
        "number or an array of numbers."
    ),
    "cj.analysis.find_fixed_points(plain, starts=[['a']], key=key)": (
        "ValueError: `starts` must be numbers; got [['a']]. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.amplification(matrix, ['1'])": (
        "ValueError: `times` must be numbers; got ['1']. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.silent_units(traj)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.silent_units('rates')": (
        "ValueError: `rates` must be numbers; got 'rates'. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.silent_units(1.0)": (
        "ValueError: `rates` must have shape (..., n_hidden); got float32 of shape (). "
        "Pass traj.rates, for example."
    ),
    "cj.analysis.silent_units(np.ones((3, 0)))": (
        "ValueError: `rates` must have shape (..., n_hidden); got float32 of shape "
        "(3, 0). Pass traj.rates, for example."
    ),
    "cj.analysis.uninhibited_units(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        "Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.analysis.uninhibited_units(nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    "cj.analysis.uninhibited_units(cj.effective(net).w_hid)": (
        "ValueError: `net` must be a network; got float32 of shape (10, 10). Pass a "
        "CTRNN or EIRNN."
    ),
    "cj.summary(net, trials.inputs)": (
        "ValueError: `trials` must be trials; got float32 of shape (4, 100, 2). Use "
        "task.batch(key, size)."
    ),
    "cj.summary(trials, net)": (
        "ValueError: `net` must be a network; got a Trial. Exchange it with `trials`."
    ),
}
