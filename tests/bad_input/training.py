"""Wrong calls of what trains networks."""

CALLS = {
    "cj.MeanAbove(1.5)": (
        "ValueError: `threshold` must lie in [0, 1]; got 1.5. Give a fraction."
    ),
    "cj.MeanAbove(1.0)": (
        "ValueError: `threshold` must be below 1, which no mean exceeds; got 1.0. "
        "Use MeanAbove(1.0, inclusive=True)."
    ),
    "cj.MeanAbove(nan)": (
        "ValueError: `threshold` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "cj.MeanAbove(85)": (
        "ValueError: `threshold` must lie in [0, 1]; got 85. Give a fraction."
    ),
    'cj.MeanAbove("0.85")': (
        "ValueError: `threshold` must lie in [0, 1]; got '0.85'. Give a fraction."
    ),
    "cj.MeanAbove(0.85, 0)": (
        "ValueError: `last` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.MeanAbove(0.85, 2.0)": (
        "ValueError: `last` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    'cj.MeanAbove(0.85, inclusive="no")': (
        "ValueError: `inclusive` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.MeanAbove(0.85, 5, 1)": (
        "ValueError: `inclusive` must be True or False; got 1. Give a boolean."
    ),
    "cj.MeanAbove(threshold=0.85, window=5)": (
        "TypeError: MeanAbove() has no argument `window`. The arguments are "
        "`threshold`, `last`, `inclusive`."
    ),
    "cj.MeanAbove(None)": (
        "ValueError: `threshold` must lie in [0, 1]; got None. Give a fraction."
    ),
    "cj.MeanAbove([0.8, 0.9])": (
        "ValueError: `threshold` must lie in [0, 1]; got [0.8, 0.9]. Give a fraction."
    ),
    "cj.MeanAbove(True)": (
        "ValueError: `threshold` must lie in [0, 1]; got True. Give a fraction."
    ),
    "cj.MeanAbove(0.85)(0.9)": (
        "ValueError: `performances` must be a list; got 0.9. Give a tuple."
    ),
    'cj.MeanAbove(0.85)("good")': (
        "ValueError: `performances` must be a list; got 'good'. Give a tuple."
    ),
    'cj.recipe("perceptual_decison")': (
        "ValueError: `name` must be a known name; got 'perceptual_decison'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "cj.recipe(task)": (
        "ValueError: `name` must be a known name; got a PerceptualDecision. The "
        "options are 'perceptual_decision', 'perceptual_decision_variable', "
        "'perceptual_decision_reaction_time', 'context_integration', "
        "'multisensory_integration', 'parametric_working_memory', "
        "'eye_movement_sequence', 'sine_wave', 'yang2019', 'fdgo', 'reactgo', "
        "'delaygo', 'fdanti', 'reactanti', 'delayanti', 'dm1', 'dm2', 'contextdm1', "
        "'contextdm2', 'multidm', 'delaydm1', 'delaydm2', 'contextdelaydm1', "
        "'contextdelaydm2', 'multidelaydm', 'dmsgo', 'dmsnogo', 'dmcgo', 'dmcnogo', "
        "'dms', 'dmrs45', 'dmrs90', 'dmrs90ccw', 'dmrs180', 'dmc', 'abba', 'abca', "
        "'dual_dms', 'location_dms', 'dms_dmrs', 'dms_dmc', 'dms_dmrs_dmc', "
        "'flip_flop', 'flip_flop_discrete', 'sine_generator', 'integrator', "
        "'leaky_integrator', 'delayed_addition', 'ready_set_go', "
        "'heading_integration', 'chaotic_target', 'perceptual_discrimination', "
        "'match_to_category', 'delayed_discrimination'."
    ),
    'cj.recipe("perceptual_decision", published="no")': (
        "ValueError: `published` must be True or False; got 'no'. Give a boolean."
    ),
    'cj.recipe("perceptual_decision", True)': (
        "TypeError: recipe() takes 1 positional argument but 2 were given"
    ),
    'cj.recipe("perceptual_decision", variant="dale")': (
        "TypeError: recipe() has no argument `variant`. The arguments are `name`, "
        "`published`."
    ),
    'cj.recipe(["perceptual_decision"])': (
        "ValueError: `name` must be a known name; got ['perceptual_decision']. Did "
        "you mean 'perceptual_decision'?"
    ),
    'cj.recipe("perceptual_decision").network(task)': (
        "TypeError: Recipe.network() missing 1 required keyword-only argument: 'key'"
    ),
    'cj.recipe("perceptual_decision").network("perceptual_decision", key=key)': (
        "ValueError: `task` must be a task; got 'perceptual_decision'. Use "
        "cj.tasks.make(name), for example."
    ),
    'cj.recipe("perceptual_decision").network(task, "dale", key=key)': (
        "ValueError: `variant` must be a known name; got 'dale'. Did you mean "
        "'rdm_nodale'? The options are 'rdm_dense', 'rdm_fixed', 'rdm_nodale'."
    ),
    'cj.recipe("perceptual_decision").network(task, key=0)': (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    'cj.recipe("perceptual_decision").network(task, n_hidden=0, key=key)': (
        "ValueError: `n_hidden` must be a whole number, at least 2; got 0. Give an int."
    ),
    'cj.recipe("perceptual_decision").network(task, n_hidden=10.0, key=key)': (
        "ValueError: `n_hidden` must be a whole number, at least 2; got 10.0. Give "
        "an int."
    ),
    'cj.recipe("perceptual_decision").network(task, sigma=-1.0, key=key)': (
        "ValueError: `sigma` must not be negative; got -1. It is a standard deviation."
    ),
    'cj.recipe("perceptual_decision").network(task, sigma="x", key=key)': (
        "ValueError: `sigma` must be numbers; got 'x'. Give a number or an array of "
        "numbers."
    ),
    'cj.recipe("perceptual_decision").network(task, 10, key=key)': (
        "ValueError: `variant` must be a known name; got 10. The options are "
        "'rdm_dense', 'rdm_fixed', 'rdm_nodale'."
    ),
    'cj.recipe("perceptual_decision").network(net, key=key)': (
        "ValueError: `task` must be a task; got an EIRNN. Use cj.tasks.make(name), "
        "for example."
    ),
    "cj.Checkpoints()": (
        "TypeError: Checkpoints.__init__() missing 1 required positional argument: "
        "'folder'"
    ),
    "cj.Checkpoints(3)": (
        "ValueError: `folder` must be text or a path; got 3. Give text."
    ),
    "cj.Checkpoints(None)": (
        "ValueError: `folder` must be text or a path; got None. Give text."
    ),
    'cj.Checkpoints("run", every=0)': (
        "ValueError: `every` must be a whole number, at least 1; got 0. Give an int."
    ),
    'cj.Checkpoints("run", every=1.5)': (
        "ValueError: `every` must be a whole number, at least 1; got 1.5. Give an int."
    ),
    'cj.Checkpoints("run", 10)': (
        "TypeError: Checkpoints.__init__() takes 2 positional arguments but 3 were "
        "given"
    ),
    'cj.Checkpoints("run", seconds=0.0)': (
        "ValueError: `seconds` must be positive; got 0. It is the time between two "
        "saves."
    ),
    'cj.Checkpoints("run", seconds="10")': (
        "ValueError: `seconds` must be a number; got '10'. Give an int or a float."
    ),
    'cj.Checkpoints("run", seconds=nan)': (
        "ValueError: `seconds` must be positive; got nan. It is the time between two "
        "saves."
    ),
    'cj.Checkpoints("run", keep=0)': (
        "ValueError: `every` must be given, or `seconds`; got None. Give the number "
        "of updates between two saves."
    ),
    'cj.Checkpoints("run", keep=None)': (
        "ValueError: `every` must be given, or `seconds`; got None. Give the number "
        "of updates between two saves."
    ),
    'cj.Checkpoints("run", max_to_keep=3)': (
        "TypeError: Checkpoints() has no argument `max_to_keep`. The arguments are "
        "`folder`, `every`, `seconds`, `keep`."
    ),
    "cj.Checkpoints(task)": (
        "ValueError: `folder` must be text or a path; got a PerceptualDecision. Give "
        "text."
    ),
    'cj.Checkpoints(["run"])': (
        "ValueError: `folder` must be text or a path; got ['run']. Give text."
    ),
    "cj.training.Curriculum()": (
        "ValueError: `stages` must have at least one stage; got none. Give pairs: "
        "(task, cj.MeanAbove(0.9))."
    ),
    "cj.training.Curriculum(task)": (
        "ValueError: `stages[0]` must be a list of task and rule; got a "
        "PerceptualDecision. Give a tuple."
    ),
    "cj.training.Curriculum(task, cj.MeanAbove(0.9))": (
        "ValueError: `stages[0]` must be a list of task and rule; got a "
        "PerceptualDecision. Give a tuple."
    ),
    "cj.training.Curriculum([task, cj.MeanAbove(0.9)], [task, 0.9])": (
        "ValueError: `stages[1]` must be a task and a stop rule; got [a "
        "PerceptualDecision, 0.9]. Give pairs: (task, cj.MeanAbove(0.9))."
    ),
    "cj.training.Curriculum((task, cj.MeanAbove))": (
        "ValueError: `stages[0]` must be a task and a stop rule; got (a "
        "PerceptualDecision, the class MeanAbove). Give pairs: (task, "
        "cj.MeanAbove(0.9))."
    ),
    "cj.training.Curriculum((cj.MeanAbove(0.9), task))": (
        "ValueError: `stages[0]` must be a task and a stop rule; got (a MeanAbove, a "
        "PerceptualDecision). Give pairs: (task, cj.MeanAbove(0.9))."
    ),
    (
        "cj.training.Curriculum((task, cj.MeanAbove(0.9)), "
        '(cj.tasks.make("flip_flop"), cj.MeanAbove(0.9)))'
    ): (
        "ValueError: `stages[1]` must have the dt, inputs and outputs of the first "
        "stage (20 ms, 2, 2); got 20 ms, 3, 3. One network is trained on all of them."
    ),
    "cj.training.Curriculum([(task, cj.MeanAbove(0.9)), (task, cj.MeanAbove(0.9))])": (
        "ValueError: `stages[0]` must be a task and a stop rule; got [(a "
        "PerceptualDecision, a MeanAbove), (a PerceptualDecision, a MeanAbove)]. "
        "Give pairs: (task, cj.MeanAbove(0.9))."
    ),
    'cj.training.Curriculum(("perceptual_decision", cj.MeanAbove(0.9)))': (
        "ValueError: `stages[0]` must be a task and a stop rule; got "
        "('perceptual_decision', a MeanAbove). Give pairs: (task, cj.MeanAbove(0.9))."
    ),
    "cj.training.Curriculum((cj.tasks.PerceptualDecision, cj.MeanAbove(0.9)))": (
        "ValueError: `stages[0]` must be a task and a stop rule; got (the class "
        "PerceptualDecision, a MeanAbove). Give pairs: (task, cj.MeanAbove(0.9))."
    ),
    "cj.training.decay_mask(task)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a CTRNN "
        "or EIRNN."
    ),
    "cj.training.decay_mask(optax.adam)": (
        "ValueError: `net` must be a network; got the function adam. Pass a CTRNN or "
        "EIRNN."
    ),
    "cj.training.decay_mask(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.training.decay_mask()": (
        "TypeError: decay_mask() missing 1 required positional argument: 'net'"
    ),
    "cj.training.decay_mask(cj.CTRNN)": (
        "ValueError: `net` must be a network; got the class CTRNN. Call it: CTRNN(...)."
    ),
    "cj.training.decay_mask(nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    "cj.training.init_optimiser(net)": (
        "TypeError: init_optimiser() missing 1 required positional argument: "
        "'optimiser'"
    ),
    "cj.training.init_optimiser(adam, net)": (
        "ValueError: `net` must be a network; got a GradientTransformationExtraArgs. "
        "Exchange it with `optimiser`."
    ),
    "cj.training.init_optimiser(net, optax.adam)": (
        "ValueError: `optimiser` must be an optax optimiser; got the function adam. "
        "Use optax.adam(1e-3), for example."
    ),
    "cj.training.init_optimiser(net, 1e-3)": (
        "ValueError: `optimiser` must be an optax optimiser; got 0.001. Use "
        "optax.adam(1e-3), for example."
    ),
    'cj.training.init_optimiser(net, "adam")': (
        "ValueError: `optimiser` must be an optax optimiser; got 'adam'. Use "
        "optax.adam(1e-3), for example."
    ),
    "cj.training.init_optimiser(perturbed, adam)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.training.init_optimiser(nets, adam)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    "cj.training.init_optimiser(net, adam.init(eqx.filter(net, cj.trainable(net))))": (
        "ValueError: `optimiser` must be an optax optimiser; got (a "
        "ScaleByAdamState, an EmptyState). Use optax.adam(1e-3), for example."
    ),
    "cj.training.project_onto(net)": (
        "ValueError: `constraints` must be a Weights; got an EIRNN. Pass its "
        "`constraints`."
    ),
    "cj.training.project_onto(net.constraints.w_hid)": (
        "ValueError: `constraints` must be a Weights; got a Chain. Use "
        "cj.effective(net), edited."
    ),
    "cj.training.project_onto(cj.constraints.Dale)": (
        "ValueError: `constraints` must be a Weights; got the class Dale. Use "
        "cj.effective(net), edited."
    ),
    "cj.training.project_onto({})": (
        "ValueError: `constraints` must be a Weights; got {}. Use cj.effective(net), "
        "edited."
    ),
    "cj.training.project_onto(cj.effective(net))": (
        "ValueError: `constraints` must hold constraints; got other weights. Pass "
        "net.constraints."
    ),
    "cj.training.project_onto(net.raw)": (
        "ValueError: `constraints` must hold constraints; got other weights. Pass "
        "net.constraints."
    ),
    "cj.training.scale_updates(0.1)": (
        "ValueError: `scales` must be a dictionary or a Weights; got 0.1. Give a dict."
    ),
    'cj.training.scale_updates({"w_rec": 0.1})': (
        "ValueError: `scales` must be a known name; got 'w_rec'. Did you mean "
        "'w_hid'? The options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out', 'v0', "
        "'tau'."
    ),
    'cj.training.scale_updates({"w_hid": -0.1})': (
        "ValueError: `scales['w_hid']` must not be negative; got -0.1. 0 freezes a "
        "synapse, 1 leaves its update unchanged."
    ),
    'cj.training.scale_updates({"w_hid": nan})': (
        "ValueError: `scales['w_hid']` must not be negative; got nan. 0 freezes a "
        "synapse, 1 leaves its update unchanged."
    ),
    'cj.training.scale_updates({"w_hid": "small"})': (
        "ValueError: `scales['w_hid']` must be numbers; got 'small'. Give a number "
        "or an array of numbers."
    ),
    'cj.training.scale_updates({"w_hid": None})': (
        "ValueError: `scales['w_hid']` must be numbers; got None. Give a number or "
        "an array of numbers."
    ),
    "cj.training.scale_updates(net)": (
        "ValueError: `scales` must be a dictionary or a Weights; got an EIRNN. Give "
        "a dict."
    ),
    "cj.training.scale_updates({})": (
        'ValueError: `scales` must have a scale; got none. Give {"w_hid": 0.1}, for '
        "example."
    ),
    "cj.training.scale_updates(cj.effective(net))": (
        "ValueError: `scales['w_hid']` must not be negative; got -0.229538. 0 "
        "freezes a synapse, 1 leaves its update unchanged."
    ),
    'cj.training.scale_updates({"w_hid": matrix[:5]}).init(net)': (
        "ValueError: `scales['w_hid']` must be a number or have the shape (10, 10) "
        "of the weights; got shape (5, 10). Axis 0 is post (targets), axis 1 is pre "
        "(sources)."
    ),
    'cj.training.scale_updates({"w_hid": 0.1}).init(matrix)': (
        "ValueError: `params` must be a network filtered by cj.trainable; got "
        "float64 of shape (10, 10). Use eqx.filter(net, cj.trainable(net))."
    ),
    "cj.fit(net, task)": (
        "TypeError: fit() missing 1 required positional argument: 'optimiser'"
    ),
    'cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, progress="bar")': (
        "ValueError: `progress` must be True or False; got 'bar'. Give a boolean."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2)": (
        "ValueError: `key` must be given; got None. Pass key=jax.random.key(0), for "
        "example."
    ),
    "cj.fit(task, net, adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Exchange it "
        "with `task`."
    ),
    "cj.fit(perturbed, task, adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.fit(nets, task, adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Train "
        "many networks with cj.fit_ensemble."
    ),
    "cj.fit(cj.CTRNN, task, adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `net` must be a network; got the class CTRNN. Call it: CTRNN(...)."
    ),
    'cj.fit(net, "perceptual_decision", adam, num_updates=1, batch_size=2, key=key)': (
        "ValueError: `task` must be a task or a curriculum or batches; got "
        "'perceptual_decision'. Use cj.tasks.make(name), for example."
    ),
    (
        "cj.fit(net, cj.tasks.PerceptualDecision, adam, num_updates=1, batch_size=2, "
        "key=key)"
    ): (
        "ValueError: `task` must be a task or a curriculum or batches; got the class "
        "PerceptualDecision. Call it: PerceptualDecision(...)."
    ),
    "cj.fit(net, trials, adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `task` must be a task or a curriculum or batches; got a Trial. "
        "Use cj.tasks.make(name), for example."
    ),
    (
        'cj.fit(net, cj.tasks.make("flip_flop", dt=20.0), adam, num_updates=1, '
        "batch_size=2, key=key)"
    ): (
        "ValueError: `task` must have the network's 2 inputs and 2 outputs; got 3 "
        "and 3. Build the network with task.n_in and task.n_out."
    ),
    (
        'cj.fit(net, cj.tasks.make("perceptual_decision", dt=10.0), adam, '
        "num_updates=1, batch_size=2, key=key)"
    ): (
        "ValueError: `task` must have the network's dt of 20 ms; got dt = 10 ms. "
        "Build both with the same dt, or use cj.replace(net, dt=...)."
    ),
    "cj.fit(net, [task, task], adam, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `task` must be a task or a curriculum or batches; got [a "
        "PerceptualDecision, a PerceptualDecision]. Use cj.tasks.make(name), for "
        "example."
    ),
    "cj.fit(net, task, 1e-3, num_updates=1, batch_size=2, key=key)": (
        "ValueError: `optimiser` must be an optax optimiser; got 0.001. Use "
        "optax.adam(1e-3), for example."
    ),
    'cj.fit(net, task, "adam", num_updates=1, batch_size=2, key=key)': (
        "ValueError: `optimiser` must be an optax optimiser; got 'adam'. Use "
        "optax.adam(1e-3), for example."
    ),
    "cj.fit(net, task, adam, num_updates=1.0, batch_size=2, key=key)": (
        "ValueError: `num_updates` must be a whole number, at least 0; got 1.0. Give "
        "an int."
    ),
    "cj.fit(net, task, adam, num_updates=-1, batch_size=2, key=key)": (
        "ValueError: `num_updates` must be a whole number, at least 0; got -1. Give "
        "an int."
    ),
    'cj.fit(net, task, adam, num_updates="10", batch_size=2, key=key)': (
        "ValueError: `num_updates` must be a whole number, at least 0; got '10'. "
        "Give an int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=0, key=key)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2.0, key=key)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 2.0. Give "
        "an int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=None, key=key)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got None. Give "
        "an int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=jax.random.split(key))": (
        "ValueError: `key` must be one key; got keys of shape (2,). Take one of "
        "them, as keys[0]."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, stop_when=0.9)": (
        "ValueError: `stop_when` must be a stop rule; got 0.9. Use "
        "cj.MeanAbove(0.9), for example."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "stop_when=cj.MeanAbove)"
    ): (
        "ValueError: `stop_when` must be a stop rule; got the class MeanAbove. Call "
        "it: MeanAbove(...)."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "stop_when=cj.MeanAbove(0.9))"
    ): (
        "ValueError: `validate_every` must be at most 1, the number of updates, if "
        "stop_when, patience or restore_best is used; got 50. Validate more often, "
        "or leave them out."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, patience=0)": (
        "ValueError: `patience` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, patience=2.5)": (
        "ValueError: `patience` must be a whole number, at least 1; got 2.5. Give an "
        "int."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, patience=3)": (
        "ValueError: `validate_every` must be at most 1, the number of updates, if "
        "stop_when, patience or restore_best is used; got 50. Validate more often, "
        "or leave them out."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        'best_by="accuracy")'
    ): (
        "ValueError: `best_by` must be a known name; got 'accuracy'. The options are "
        "'performance', 'loss'."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, best_by=None)": (
        "ValueError: `best_by` must be a known name; got None. The options are "
        "'performance', 'loss'."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, "
        'key=key, restore_best="no")'
    ): ("ValueError: `restore_best` must be True or False; got 'no'. Give a boolean."),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, "
        "key=key, restore_best=True)"
    ): (
        "ValueError: `validate_every` must be at most 1, the number of updates, if "
        "stop_when, patience or restore_best is used; got 50. Validate more often, "
        "or leave them out."
    ),
    'cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss="mse")': (
        "ValueError: `loss` must be a loss or a function; got 'mse'. Use cj.Loss(...)."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=cj.Loss)": (
        "ValueError: `loss` must be a loss or a function; got the class Loss. Call "
        "it: Loss(...)."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "loss=cj.penalties.RateL2(1.0))"
    ): (
        "ValueError: `loss` must be a function of (outputs, targets, mask); got a "
        "RateL2. Give it by a name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=lambda "
        "y, t: 0.0)"
    ): (
        "ValueError: `loss` must be a function of (outputs, targets, mask); got the "
        "function <lambda>. Leave it out to use the output loss of the task."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=lambda "
        "y, t, m: (y - t) ** 2)"
    ): (
        "ValueError: `loss` must return a scalar JAX array; got float32 of shape (2, "
        "100, 2). Take the mean over trials, steps and outputs with jnp.mean."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=lambda "
        "y, t, m: None)"
    ): (
        "ValueError: `loss` must return a scalar JAX array; got None. Take the mean "
        "over trials, steps and outputs with jnp.mean."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=lambda "
        "y, t, m: np.mean(np.square(y - t)))"
    ): (
        "ValueError: `loss` must use jax.numpy; got a traced array in a function of "
        "NumPy. Use jnp in place of np."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, loss=lambda "
        "y, t, m: float(y.sum()))"
    ): (
        "ValueError: `loss` must work with traced values, as inside of jax.jit; got "
        "Abstract tracer value encountered where concrete value is expected: traced "
        "array with shape float32[]. Use jnp.where or jax.lax.cond for `if`, "
        "jax.lax.fori_loop for loops over a drawn number, and .astype(float) for "
        "float()."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "stop_when=lambda: True)"
    ): (
        "ValueError: `stop_when` must be a function of the performances; got the "
        "function <lambda>. See cj.training.StopRule."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "validate_every=1, stop_when=lambda performances: None)"
    ): (
        "ValueError: `stop_when` must return True or False; got None. Return one of "
        "them in every case."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "callback=lambda: True)"
    ): (
        "ValueError: `callback` must hold functions of one argument; got the function "
        "<lambda>. Each gets a Report."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "gradient=cj.gradients.BPTT)"
    ): (
        "ValueError: `gradient` must be a gradient; got the class BPTT. Call it: "
        "BPTT(...)."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "gradient=cj.HoistedAdjoint())"
    ): (
        "ValueError: `gradient` must be a gradient; got a HoistedAdjoint. Use "
        "cj.gradients.BPTT()."
    ),
    'cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, gradient="bptt")': (
        "ValueError: `gradient` must be a gradient; got 'bptt'. Use "
        "cj.gradients.BPTT()."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "gradient=cj.gradients.EProp(matrix * 1.0))"
    ): (
        "ValueError: `feedback` must have shape (10, 2); got shape (10, 10). It is "
        "(n_hidden, n_out). EProp.random(net, key=key) draws one."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "gradient=cj.gradients.BPTT(teacher_forcing=0.5))"
    ): (
        "ValueError: `teacher_forcing` must be left out for a task that records no "
        "units; got PerceptualDecision. Use cj.tasks.RecordedActivity."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, validate_every=0)": (
        "ValueError: `validate_every` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "validate_every=1.0)"
    ): (
        "ValueError: `validate_every` must be a whole number, at least 1; got 1.0. "
        "Give an int."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, "
        "key=key, validation_size=0)"
    ): (
        "ValueError: `validation_size` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, "
        "key=key, validation_size=7)"
    ): (
        "ValueError: `validation_size` must be a multiple of the task's 11 "
        "conditions; got 7. Use 11."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        'validation_size="all")'
    ): (
        "ValueError: `validation_size` must be a whole number, at least 1; got "
        "'all'. Give an int."
    ),
    'cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, callback="print")': (
        "ValueError: `callback` must be a function or a list; got 'print'. Pass the "
        "function itself."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        'callback=[print, "log"])'
    ): (
        "ValueError: `callback` must hold functions only; got 'log'. Each gets a "
        "Report."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, callback=None)": (
        "ValueError: `callback` must be a function or a list; got None. Pass the "
        "function itself."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, callback=3)": (
        "ValueError: `callback` must be a function or a list; got 3. Pass the "
        "function itself."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, "
        'key=key, checkpoints="run")'
    ): (
        "ValueError: `checkpoints` must be checkpoints; got 'run'. Use "
        "cj.Checkpoints(folder)."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "checkpoints=cj.Checkpoints)"
    ): (
        "ValueError: `checkpoints` must be checkpoints; got the class Checkpoints. "
        "Call it: Checkpoints(...)."
    ),
    'cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, resume="no")': (
        "ValueError: `resume` must be True, False or \"changed\"; got 'no'. Pass "
        "True to continue a run."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, resume=True)": (
        "ValueError: `resume` must come with `checkpoints`; got True. Pass the "
        "folder of the run as checkpoints=cj.Checkpoints(...)."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, state=net)": (
        "ValueError: `state` must be the state of a fit; got an EIRNN. Pass "
        "result.state."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        "mesh=jax.devices())"
    ): (
        "ValueError: `mesh` must be a mesh of devices; got [a Device]. Use "
        "cj.sharding.mesh(...)."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, "
        'mesh=jax.make_mesh((1,), ("x",)))'
    ): (
        "ValueError: `mesh` must have the axes networks and trials; got ('x',). Make "
        "it with cj.sharding.mesh(...)."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, key=key, epochs=3)": (
        "TypeError: fit() has no argument `epochs`. Did you mean `num_updates`? The "
        "arguments are `net`, `task`, `optimiser`, `num_updates`, `batch_size`, "
        "`stop_when`, `patience`, `best_by`, `restore_best`, `loss`, `gradient`, "
        "`validate_every`, `validation_size`, `callback`, `checkpoints`, `resume`, "
        "`state`, `mesh`, `progress`, `key`."
    ),
    "cj.fit(net, task, adam, steps=1, batch_size=2, key=key)": (
        "TypeError: fit() has no argument `steps`. Did you mean `num_updates`? The "
        "arguments are `net`, `task`, `optimiser`, `num_updates`, `batch_size`, "
        "`stop_when`, `patience`, `best_by`, `restore_best`, `loss`, `gradient`, "
        "`validate_every`, `validation_size`, `callback`, `checkpoints`, `resume`, "
        "`state`, `mesh`, `progress`, `key`."
    ),
    "cj.fit(net, task, adam, num_updates=1, batch_size=2, seed=0)": (
        "TypeError: fit() has no argument `seed`. Did you mean `key`? The arguments "
        "are `net`, `task`, `optimiser`, `num_updates`, `batch_size`, `stop_when`, "
        "`patience`, `best_by`, `restore_best`, `loss`, `gradient`, "
        "`validate_every`, `validation_size`, `callback`, `checkpoints`, `resume`, "
        "`state`, `mesh`, `progress`, `key`."
    ),
    "cj.fit(net, task, adam, 100, 20, key=key)": (
        "TypeError: fit() takes 3 positional arguments but 5 positional arguments "
        "(and 1 keyword-only argument) were given"
    ),
    "cj.fit(net, task, optimizer=adam, num_updates=1, batch_size=2, key=key)": (
        "TypeError: fit() has no argument `optimizer`. Did you mean `optimiser`? The "
        "arguments are `net`, `task`, `optimiser`, `num_updates`, `batch_size`, "
        "`stop_when`, `patience`, `best_by`, `restore_best`, `loss`, `gradient`, "
        "`validate_every`, `validation_size`, `callback`, `checkpoints`, `resume`, "
        "`state`, `mesh`, `progress`, `key`."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2)"
    ): ("TypeError: train_step() missing 1 required keyword-only argument: 'key'"),
    (
        "cj.train_step(adam.init(net), net, task=task, optimiser=adam, batch_size=2, "
        "key=key)"
    ): (
        "ValueError: `net` must be a network; got (a ScaleByAdamState, an "
        "EmptyState). Pass a CTRNN or EIRNN."
    ),
    (
        "cj.train_step(nets, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2, key=key)"
    ): (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    (
        "cj.train_step(perturbed, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2, key=key)"
    ): (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.train_step(net, adam, task=task, optimiser=adam, batch_size=2, key=key)": (
        "ValueError: `opt_state` must be a state of this optimiser for this network; "
        "got that of another optimiser or network. Begin with "
        "cj.training.init_optimiser(net, optimiser)."
    ),
    "cj.train_step(net, None, task=task, optimiser=adam, batch_size=2, key=key)": (
        "ValueError: `opt_state` must be a state of this optimiser for this network; "
        "got that of another optimiser or network. Begin with "
        "cj.training.init_optimiser(net, optimiser)."
    ),
    (
        "cj.train_step(net, optax.sgd(0.1).init(net), task=task, optimiser=adam, "
        "batch_size=2, key=key)"
    ): (
        "ValueError: `opt_state` must be a state of this optimiser for this network; "
        "got that of another optimiser or network. Begin with "
        "cj.training.init_optimiser(net, optimiser)."
    ),
    (
        "cj.train_step(net, cj.training.init_optimiser(plain, adam), task=task, "
        "optimiser=adam, batch_size=2, key=key)"
    ): (
        "ValueError: `opt_state` must be a state of this optimiser for this network; "
        "got that of another optimiser or network. Begin with "
        "cj.training.init_optimiser(net, optimiser)."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, eqx.is_array)), task=task, "
        "optimiser=adam, batch_size=2, key=key)"
    ): (
        "ValueError: `opt_state` must be a state of this optimiser for this network; "
        "got that of another optimiser or network. Begin with "
        "cj.training.init_optimiser(net, optimiser)."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        'task=cj.tasks.make("perceptual_decision", dt=10.0), optimiser=adam, '
        "batch_size=2, key=key)"
    ): (
        "ValueError: `task` must have the network's dt of 20 ms; got dt = 10 ms. "
        "Build both with the same dt, or use cj.replace(net, dt=...)."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        'task=cj.tasks.make("flip_flop", dt=20.0), optimiser=adam, batch_size=2, '
        "key=key)"
    ): (
        "ValueError: `task` must have the network's 2 inputs and 2 outputs; got 3 "
        "and 3. Build the network with task.n_in and task.n_out."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        'task="perceptual_decision", optimiser=adam, batch_size=2, key=key)'
    ): (
        "ValueError: `task` must be a task; got 'perceptual_decision'. Use "
        "cj.tasks.make(name), for example."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=optax.adam, batch_size=2, key=key)"
    ): (
        "ValueError: `optimiser` must be an optax optimiser; got the function adam. "
        "Use optax.adam(1e-3), for example."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=0, key=key)"
    ): (
        "ValueError: `batch_size` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2.0, key=key)"
    ): (
        "ValueError: `batch_size` must be a whole number, at least 1; got 2.0. Give "
        "an int."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2, key=1)"
    ): ("ValueError: `key` must be a JAX random key; got 1. Use jax.random.key(0)."),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        'task=task, optimiser=adam, batch_size=2, key=key, loss="mse")'
    ): (
        "ValueError: `loss` must be a loss or a function; got 'mse'. Use cj.Loss(...)."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2, key=key, "
        "gradient=cj.gradients.BPTT)"
    ): (
        "ValueError: `gradient` must be a gradient; got the class BPTT. Call it: "
        "BPTT(...)."
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimiser=adam, batch_size=2, key=key, mesh=2)"
    ): (
        "ValueError: `mesh` must be a mesh of devices; got 2. Use "
        "cj.sharding.mesh(...)."
    ),
    (
        "cj.train_step(net, None, trials, task=task, optimiser=adam, batch_size=2, "
        "key=key)"
    ): (
        "TypeError: train_step() takes 2 positional arguments but 3 positional "
        "arguments (and 4 keyword-only arguments) were given"
    ),
    (
        "cj.train_step(net, adam.init(eqx.filter(net, cj.trainable(net))), "
        "task=task, optimizer=adam, batch_size=2, key=key)"
    ): (
        "TypeError: train_step() has no argument `optimizer`. Did you mean "
        "`optimiser`? The arguments are `net`, `opt_state`, `task`, `optimiser`, "
        "`batch_size`, `loss`, `gradient`, `mesh`, `key`."
    ),
    "cj.fit_ensemble(lambda key: net, task, adam, num_updates=1, batch_size=2)": (
        "TypeError: fit_ensemble() missing 1 required keyword-only argument: 'seeds'"
    ),
    "cj.fit_ensemble(net, task, adam, seeds=[0], num_updates=1, batch_size=2)": (
        "ValueError: `make` must be a function of a key that returns a network; got an "
        "EIRNN. Such as make=lambda key: cj.CTRNN(..., key=key)."
    ),
    "cj.fit_ensemble(nets, task, adam, seeds=[0], num_updates=1, batch_size=2)": (
        "ValueError: `make` must be a function of a key that returns a network; got an "
        "EIRNN. Such as make=lambda key: cj.CTRNN(..., key=key)."
    ),
    "cj.fit_ensemble(cj.CTRNN, task, adam, seeds=[0], num_updates=1, batch_size=2)": (
        "ValueError: `make` must be a function of a key that returns a network; got "
        "the class CTRNN. Such as make=lambda key: cj.CTRNN(..., key=key)."
    ),
    (
        "cj.fit_ensemble(lambda key: 3, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2)"
    ): ("ValueError: `make` must return a network; got 3. Take a key, return a CTRNN."),
    (
        "cj.fit_ensemble(lambda: net, task, adam, seeds=[0], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `make` must take a key alone; got the function <lambda>. Such as "
        "make=lambda key: cj.CTRNN(..., key=key)."
    ),
    (
        "cj.fit_ensemble(lambda key: cj.CTRNN, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `make` must return a network; got the class CTRNN. Take a key, "
        "return a CTRNN."
    ),
    (
        "cj.fit_ensemble(lambda key: nets, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `make` must return a network; got a stack of shape (2,). Take a "
        "key, return a CTRNN."
    ),
    (
        "cj.fit_ensemble(lambda key: perturbed, task, adam, seeds=[0], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `make` must return a network; got a Perturbed. Take a key, "
        "return a CTRNN."
    ),
    (
        "cj.fit_ensemble(lambda key: net, lambda key: net, adam, seeds=[0], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `task` must be a task or a curriculum; got the function "
        "<lambda>. Use cj.tasks.make(name), for example."
    ),
    (
        "cj.fit_ensemble(task, lambda key: net, adam, seeds=[0], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `make` must be a function of a key that returns a network; got a "
        "PerceptualDecision. Exchange it with `task`."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.adam, seeds=[0], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `optimiser` must be an optimiser; got the function adam. A "
        "function of the learning rate needs sweep={'learning_rate': [...]}."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=8, num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be a list of whole numbers; got 8. Such as "
        "seeds=range(4)."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must hold at least one; got none. Give range(8), for "
        "example."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0, 0], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be different; got [0, 0]. Networks of one seed are "
        "equal: drop the others."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0.5], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be a whole number, at least 0; got 0.5. Give an int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[-1], num_updates=1, "
        "batch_size=2)"
    ): ("ValueError: `seeds` must be a whole number, at least 0; got -1. Give an int."),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds="01", num_updates=1, '
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be a list of whole numbers; got '01'. Such as "
        "seeds=range(4)."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=key, num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be a list of whole numbers; got key<fry> of shape "
        "(). Give a tuple."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], only=[], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `only` must hold at least one; got none. Give range(8), for "
        "example."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0, 1], only=[2], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `only` must be below 2, the number of members; got 2. They count "
        "from 0."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0, 1], only=[-1], "
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `only` must be a whole number, at least 0; got -1. Give an int."),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0, 1], only=[0, 0], "
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `only` must be different; got [0, 0]. Drop the others."),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], only=key, "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `only` must be a list of whole numbers; got key<fry> of shape (). "
        "Give a tuple."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[key], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be a whole number, at least 0; got key<fry> of "
        "shape (). Give an int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[2**70], num_updates=1, "
        "batch_size=2)"
    ): (
        "ValueError: `seeds` must be below 2**63; got 1180591620717411303424. Give "
        "range(8), say."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"taus": '
        "[1.0]}, num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep` must be a known name; got 'taus'. Did you mean 'tau'? "
        "The options are 'noise', 'tau', 'learning_rate', 'task.low', 'task.high', "
        "'task.baseline', 'task.sigma_in', 'task.tau_in', 'task.catch_probability', "
        "'task.coherences'."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"lr": [1.0]}, '
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep` must be a known name; got 'lr'. Did you mean "
        "'learning_rate'? The options are 'noise', 'tau', 'learning_rate', 'task.low', "
        "'task.high', 'task.baseline', 'task.sigma_in', 'task.tau_in', "
        "'task.catch_probability', 'task.coherences'."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"tau": 1.0}, '
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `sweep['tau']` must be a list of values; got 1.0. Give a tuple."),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"tau": []}, '
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `sweep['tau']` must hold at least one value; got none. Add one."),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"tau": '
        "[-1.0]}, num_updates=1, batch_size=2)"
    ): ("ValueError: `tau` must be positive; got -1. It is the time constant in ms."),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"tau": '
        '["slow"]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `tau` must be numbers; got 'slow'. Give a number or an array of "
        "numbers."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"tau": '
        "[10.0]}, num_updates=1, batch_size=2)"
    ): (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt / "
        "tau); got 2. Use a smaller dt, or ExponentialEuler(), which is stable at "
        "any dt."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"noise": '
        "[0.1]}, num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep['noise']` must be noise objects unless the network has "
        "DiffusionNoise; got 0.1. Give cj.StepNoise(...), for example, as the "
        "network has."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep={"noise": '
        "[True]}, num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep['noise']` must be noise objects unless the network has "
        "DiffusionNoise; got True. Give cj.StepNoise(...), for example, as the "
        "network has."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"learning_rate": [1e-3]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `optimiser` must be a function of the learning rate, which is "
        "swept; got an optimiser. Pass optax.adam, for example, instead of "
        "optax.adam(1e-3)."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.adam, seeds=[0], "
        'sweep={"learning_rate": ["a"]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['learning_rate']` must be numbers; got ['a']. Give one "
        "number for each member."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.adam, seeds=[0], "
        'sweep={"learning_rate": [nan]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['learning_rate']` must not be negative; got nan. It is a "
        "learning rate, or the weight of a penalty."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.adam, seeds=[0], "
        'sweep={"learning_rate": [[1e-3, 1e-2]]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['learning_rate']` must be numbers; got [[0.001, 0.01]]. "
        "Give one number for each member."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.adam, seeds=[0], "
        'sweep={"learning_rate": [True]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['learning_rate']` must be numbers; got [True]. Give one "
        "number for each member."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"task.sigma_in": [-1.0]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['task.sigma_in']` must not be negative; got -1. It is a "
        "standard deviation."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"task.sigma_in": ["x"]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['task.sigma_in']` must be numbers; got ['x']. Give one "
        "number for each member."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"task.stimulus": [100.0]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep` must be a known name; got 'task.stimulus'. Did you mean "
        "'task.sigma_in'? The options are 'noise', 'tau', 'learning_rate', "
        "'task.low', 'task.high', 'task.baseline', 'task.sigma_in', 'task.tau_in', "
        "'task.catch_probability', 'task.coherences'."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"loss.rates": [1.0]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep` must be a known name; got 'loss.rates'. The options are "
        "'noise', 'tau', 'learning_rate', 'task.low', 'task.high', 'task.baseline', "
        "'task.sigma_in', 'task.tau_in', 'task.catch_probability', 'task.coherences'."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"loss.rates": [-1.0]}, loss=cj.Loss(rates=cj.penalties.RateL2(1.0)), '
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep['loss.rates']` must not be negative; got -1. It is a "
        "learning rate, or the weight of a penalty."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep=[{"tau": '
        '100.0}, {"noise": 0.1}], num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep` must have the same names for all members; got {'noise': "
        "0.1}. Add the missing values."
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep=["tau"], '
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep` must be a dictionary, or a list of dictionaries; got "
        '[\'tau\']. Give [{"tau": 50.0}, {"tau": 100.0}], for example.'
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep=[0.1, 0.2], "
        "num_updates=1, batch_size=2)"
    ): (
        "ValueError: `sweep` must be a dictionary, or a list of dictionaries; got "
        '[0.1, 0.2]. Give [{"tau": 50.0}, {"tau": 100.0}], for example.'
    ),
    (
        'cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep="tau", '
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `sweep` must be a dictionary or a list; got 'tau'. Give a dict."),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], sweep=3, "
        "num_updates=1, batch_size=2)"
    ): ("ValueError: `sweep` must be a dictionary or a list; got 3. Give a dict."),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, at_once=0)"
    ): (
        "ValueError: `at_once` must be a whole number, at least 1; got 0. Give an int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, at_once=1.0)"
    ): (
        "ValueError: `at_once` must be a whole number, at least 1; got 1.0. Give an "
        "int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, key=key)"
    ): (
        "TypeError: fit_ensemble() has no argument `key`. Did you mean `seeds`? The "
        "arguments are `make`, `task`, `optimiser`, `seeds`, `sweep`, `only`, "
        "`num_updates`, `batch_size`, "
        "`stop_when`, `patience`, `best_by`, `restore_best`, `loss`, `gradient`, "
        "`validate_every`, `validation_size`, `callback`, `checkpoints`, `resume`, "
        "`state`, `at_once`, `mesh`, `progress`."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=0)"
    ): (
        "ValueError: `batch_size` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1.5, "
        "batch_size=2)"
    ): (
        "ValueError: `num_updates` must be a whole number, at least 0; got 1.5. Give "
        "an int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        'batch_size=2, callback="x")'
    ): (
        "ValueError: `callback` must be a function or a list; got 'x'. Pass the "
        "function itself."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, validation_size=0)"
    ): (
        "ValueError: `validation_size` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, mesh=3)"
    ): (
        "ValueError: `mesh` must be a mesh of devices; got 3. Use "
        "cj.sharding.mesh(...)."
    ),
    "cj.training.force(net, None, trials.targets)": (
        "ValueError: `w_out` must have no constraint: the learning rule sets it "
        "freely; got Chain. Use a CTRNN without one, or train with cj.fit."
    ),
    "cj.training.force(plain, None, trials)": (
        "ValueError: `targets` must be numbers; got a Trial. Pass its `targets`."
    ),
    "cj.training.force(plain, trials.inputs, traj.outputs[..., :1])": (
        "ValueError: `targets` must have shape (*batch, time, 2); got shape (4, 100, "
        "1). The last axis is channels, the one before it time."
    ),
    "cj.training.force(plain, trials, trials.targets)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.training.force(plain, trials.targets[:, :5], trials.targets)": (
        "ValueError: `inputs` must have shape (4, 100, 2); got shape (4, 5, 2). The "
        "shape follows from that of `targets`. A mask is one value a step: of a "
        "task, `trials.mask[..., 0]`."
    ),
    "cj.training.force(plain, None, trials.targets, alpha=0.0)": (
        "ValueError: `alpha` must be positive; got 0. It is the penalty of ridge "
        "regression."
    ),
    "cj.training.force(plain, None, trials.targets, alpha=nan)": (
        "ValueError: `alpha` must be positive; got nan. It is the penalty of ridge "
        "regression."
    ),
    'cj.training.force(plain, None, trials.targets, alpha="a")': (
        "ValueError: `alpha` must be numbers; got 'a'. Give a number or an array of "
        "numbers."
    ),
    "cj.training.force(plain, None, trials.targets, alpha=[1.0, 2.0])": (
        "ValueError: `alpha` must have shape (); got shape (2,). Give one number."
    ),
    "cj.training.force(plain, None, trials.targets, every=0)": (
        "ValueError: `every` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.training.force(plain, None, trials.targets, every=2.0)": (
        "ValueError: `every` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    "cj.training.force(plain, None, trials.targets, passes=0)": (
        "ValueError: `passes` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.training.force(plain, None, trials.targets, feedback=matrix)": (
        "ValueError: `feedback` must have shape (10, 2); got shape (10, 10). Weights "
        "are W[post, pre]: rows are the targets."
    ),
    "cj.training.force(plain, None, trials.targets, feedback=nan * matrix[:, :2])": (
        "ValueError: `feedback` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.training.force(plain, None, trials.targets, feedback="random")': (
        "ValueError: `feedback` must be numbers; got 'random'. Give a number or an "
        "array of numbers."
    ),
    "cj.training.force(plain, None, trials.targets, mask=trials.mask)": (
        "ValueError: `mask` must have shape (4, 100); got shape (4, 100, 2). The "
        "shape follows from that of `targets`. A mask is one value a step: of a "
        "task, `trials.mask[..., 0]`."
    ),
    'cj.training.force(plain, None, trials.targets, mask="x")': (
        "ValueError: `mask` must be numbers; got 'x'. Give a number or an array of "
        "numbers."
    ),
    "cj.training.force(plain, None, trials.targets, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.training.force(plain, None, trials.targets, state=traj)": (
        "ValueError: `state` must be a State; got a Trajectory. Pass its `final_state`."
    ),
    "cj.training.force(plain, None, trials.targets, precision=matrix[:5])": (
        "ValueError: `precision` must have shape (10, 10); got shape (5, 10). "
        "Weights are W[post, pre]: rows are the targets."
    ),
    "cj.training.force(plain, None, trials.targets, precision=nan * matrix)": (
        "ValueError: `precision` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.training.force(plain, None, nan * trials.targets)": (
        "ValueError: `targets` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.training.force(perturbed, None, trials.targets)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.training.force(cj.stack([plain, plain]), None, trials.targets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    "cj.training.force(plain, trials.targets)": (
        "TypeError: force() missing 1 required positional argument: 'targets'"
    ),
    "cj.training.force(plain, nan * trials.inputs, trials.targets)": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.training.force(task, None, trials.targets)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a CTRNN "
        "or EIRNN."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, state=cj.fit(net, "
        "task, adam, num_updates=0, batch_size=2, key=key))"
    ): (
        "ValueError: `state` must be the state of a fit; got a FitResult. Pass its "
        "`state`."
    ),
    (
        "cj.fit(net, task, adam, num_updates=1, batch_size=2, state=cj.fit(net, "
        "task, adam, num_updates=0, batch_size=2, key=key).state, key=key)"
    ): (
        "ValueError: `key` must be left out with `state`; got key<fry> of shape (). "
        "The state has its key."
    ),
    (
        "cj.fit(plain, task, adam, num_updates=1, batch_size=2, state=cj.fit(net, "
        "task, adam, num_updates=0, batch_size=2, key=key).state)"
    ): (
        "ValueError: `net` must have the structure of `state.network`; got another "
        "network. Pass result.network along with state=result.state."
    ),
    (
        "cj.fit(net, task, optax.sgd(0.1), num_updates=1, batch_size=2, "
        "state=cj.fit(net, task, adam, num_updates=0, batch_size=2, key=key).state)"
    ): (
        "ValueError: `optimiser` must be that of `state`, or one whose state has the "
        "same structure; got another. Pass the optimiser of that training, or leave "
        "`state` out."
    ),
    (
        "cj.fit(cj.fit(net, task, adam, num_updates=0, batch_size=2, key=key), task, "
        "adam, num_updates=1, batch_size=2, key=key)"
    ): ("ValueError: `net` must be a network; got a FitResult. Pass its `network`."),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[1], num_updates=1, "
        "batch_size=2, state=cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        "num_updates=0, batch_size=2).state)"
    ): (
        "ValueError: `seeds` must be those of `state`; got [1]. Pass the same seeds, "
        "or leave out `state`."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0, 1], num_updates=1, "
        "batch_size=2, state=cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        "num_updates=0, batch_size=2).state)"
    ): (
        "ValueError: `make` must return networks of the structure of "
        "`state.network`; got others. Pass the same `make` and as many seeds and "
        "settings."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, optax.sgd(0.1), seeds=[0], "
        "num_updates=1, batch_size=2, state=cj.fit_ensemble(lambda key: net, task, "
        "adam, seeds=[0], num_updates=0, batch_size=2).state)"
    ): (
        "ValueError: `optimiser` must be that of `state`, or one whose state has the "
        "same structure; got another. Pass the optimiser of that training, or leave "
        "`state` out."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], num_updates=1, "
        "batch_size=2, state=cj.fit(net, task, adam, num_updates=0, batch_size=2, "
        "key=key).state)"
    ): (
        "ValueError: `state` must be the state of an ensemble; got a FitState. Pass "
        "result.state."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, lambda rate: 3, seeds=[0], "
        'sweep={"learning_rate": [1e-3]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `optimiser` must be an optax optimiser; got 3. Use "
        "optax.adam(1e-3), for example."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"task.low": [nan]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['task.low']` must be finite; got nan. Replace NaN and "
        "infinity."
    ),
    (
        "cj.fit_ensemble(lambda key: net, task, adam, seeds=[0], "
        'sweep={"task.coherences": [nan]}, num_updates=1, batch_size=2)'
    ): (
        "ValueError: `sweep['task.coherences']` must be finite; got nan. Replace NaN "
        "and infinity."
    ),
    'cj.training.save_result("result.safetensors", net)': (
        "ValueError: `result` must be the result of a fit; got an EIRNN. Pass that of "
        "cj.fit, or a member of an ensemble: many.member(0)."
    ),
    'cj.training.save_result(history, "result.safetensors")': (
        "ValueError: `path` must be text or a path; got a History. Give text."
    ),
    'cj.training.save_result("result.safetensors")': (
        "TypeError: save_result() missing 1 required positional argument: 'result'"
    ),
    (
        'cj.training.save_result("missing/result", cj.fit(net, task, adam, '
        "num_updates=0, batch_size=2, key=key))"
    ): (
        "FileNotFoundError: [Errno 2] there is no such folder; make it first: 'missing'"
    ),
    'cj.training.load_result("missing.safetensors")': (
        "FileNotFoundError: No such file or directory: missing.safetensors"
    ),
    'cj.training.load_result(".")': (
        "IsADirectoryError: . is a folder. Name the file of the result."
    ),
    "cj.training.load_result(net)": (
        "ValueError: `path` must be text or a path; got an EIRNN. Give text."
    ),
    "cj.training.load_result(written(net))": (
        "NetworkFileError: network.safetensors holds a network, not a result. Read it "
        "with cj.load."
    ),
    'cj.training.load_result(written("weights"))': (
        "NetworkFileError: network.safetensors is not a whole safetensors file "
        "(Error while deserializing header: header too small). It was cut short "
        "or is of another kind; results are written by `cj.training.save_result`."
    ),
    'cj.training.load_result(written(net), allow_nan="yes")': (
        "ValueError: `allow_nan` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.FitState.start(net, adam.init(net), key=key)": (
        "TypeError: FitState.start() takes 1 positional argument but 2 positional "
        "arguments (and 1 keyword-only argument) were given"
    ),
    "cj.FitState.start(net, key=key)": (
        "TypeError: FitState.start() missing 1 required keyword-only argument: "
        "'opt_state'"
    ),
    (
        "cj.FitState.start(net, opt_state=adam.init(eqx.filter(net, "
        "eqx.is_inexact_array)), key=key)"
    ): (
        "ValueError: `opt_state` must be for the parameters that cj.trainable(net) "
        "selects, and no others; got dt, raw.tau, raw.v0. Begin with "
        "optimiser.init(eqx.filter(net, cj.trainable(net)))."
    ),
    "cj.FitState.start(net, opt_state=adam, key=key)": (
        "ValueError: `opt_state` must be the state of an optimiser; got a "
        "GradientTransformationExtraArgs. Pass the state that its `init` or `update` "
        "returned."
    ),
    "cj.FitState.start(net, opt_state=None, key=key)": (
        "ValueError: `opt_state` must be the state of an optimiser; got None. Pass "
        "the state that its `init` or `update` returned."
    ),
    (
        "cj.FitState.start(nets, opt_state=cj.training.init_optimiser(net, adam), "
        "key=key)"
    ): (
        "ValueError: `net` must be one network; got a stack of shape (2,). Train many "
        "networks with cj.fit_ensemble."
    ),
    "cj.FitState.start(net, opt_state=cj.training.init_optimiser(net, adam), key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    (
        "cj.FitState.start(net, opt_state=cj.training.init_optimiser(net, adam), "
        "key=key, step=-1)"
    ): ("ValueError: `step` must be a whole number, at least 0; got -1. Give an int."),
    (
        "cj.FitState.start(net, opt_state=cj.training.init_optimiser(net, adam), "
        "key=key, steps=10)"
    ): (
        "TypeError: FitState.start() has no argument `steps`. Did you mean `step`? "
        "The arguments are `net`, `opt_state`, `key`, `step`."
    ),
    (
        "cj.fit(net, task, optax.sgd(0.1), num_updates=1, batch_size=2, "
        "state=cj.FitState.start(net, opt_state=cj.training.init_optimiser(net, "
        "adam), key=key))"
    ): (
        "ValueError: `optimiser` must be that of `state`, or one whose state has the "
        "same structure; got another. Pass the optimiser of that training, or leave "
        "`state` out."
    ),
    (
        "cj.fit(net, OwnTask(lambda trial: trial), adam, num_updates=1, batch_size=2, "
        "key=key)"
    ): (
        "ValueError: `task` must have the network's 2 inputs and 2 outputs; got 1 and "
        "1. Build the network with task.n_in and task.n_out."
    ),
    (
        "cj.fit(plain, OwnTask(lambda trial: eqx.tree_at(lambda t: t.inputs, trial, "
        "trial.inputs.astype(int))), adam, num_updates=1, batch_size=2, key=key)"
    ): (
        "ValueError: `render` must return inputs that are floats; got int32. Use "
        ".astype(float)."
    ),
    (
        "cj.fit(net, cj.tasks.from_batches([trials], dt=20.0, "
        "validation=(trials.inputs, trials.targets)), adam, num_updates=1, "
        "batch_size=4, key=key)"
    ): (
        "ValueError: `batch_size` must be left out with batches; got 4. They have a "
        "size."
    ),
    "cj.fit(net, task, adam, num_updates=1, key=key)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got None. Give "
        "an int."
    ),
}
