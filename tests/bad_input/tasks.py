"""Wrong calls of tasks."""

CALLS = {
    'cj.tasks.make("perceptual_decison")': (
        "ValueError: `name` must be a known name; got 'perceptual_decison'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "cj.tasks.make(task)": (
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
    "cj.tasks.make()": (
        "TypeError: make() missing 1 required positional argument: 'name'"
    ),
    'cj.tasks.make("perceptual_decision", 20.0)': (
        "TypeError: make() takes 1 positional argument but 2 were given"
    ),
    'cj.tasks.make("perceptual_decision", coherence=[10])': (
        "ValueError: `option` must be a known name; got 'coherence'. Did you mean "
        "'coherences'? The options are 'baseline', 'catch', 'catch_probability', "
        "'coherences', 'decision', 'dt', 'fixation', 'high', 'low', 'sigma_in', "
        "'stimulus', 'tau_in'."
    ),
    'cj.tasks.make("perceptual_decision", dt="20")': (
        "ValueError: `dt` must be a number; got '20'. Give an int or a float."
    ),
    'cj.tasks.make("dms", rule="dms")': (
        "ValueError: `option` must be a known name; got 'rule'. The options are "
        "'dead', 'delay', 'dt', 'fixation', 'grace', 'height', 'kappa', "
        "'sample_time', 'sigma_in', 'tau_in', 'test_cost_multiplier', 'test_time', "
        "'variable_delay', 'variable_delay_mean'."
    ),
    'cj.tasks.make("flip_flop", n_bits=2.0)': (
        "ValueError: `n_bits` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    "cj.tasks.make(cj.tasks.FlipFlop)": (
        "ValueError: `name` must be a known name; got the class FlipFlop. The "
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
    'cj.tasks.describe("flipflop")': (
        "ValueError: `name` must be a known name; got 'flipflop'. Did you mean "
        "'flip_flop'?"
    ),
    "cj.tasks.describe(task)": (
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
    "cj.tasks.describe()": (
        "TypeError: describe() missing 1 required positional argument: 'name'"
    ),
    'cj.tasks.names("yang2019")': (
        "TypeError: names() takes 0 positional arguments but 1 was given"
    ),
    'cj.tasks.names(family="yang2019")': (
        "TypeError: names() has no argument `family`. It takes no keywords."
    ),
    'cj.tasks.families("yang2019")': (
        "TypeError: families() takes 0 positional arguments but 1 was given"
    ),
    "cj.tasks.families(1, 2)": (
        "TypeError: families() takes 0 positional arguments but 2 were given"
    ),
    "cj.tasks.Trial(trials.inputs, trials.targets, trials.mask)": (
        "TypeError: Trial.__init__() missing 2 required positional arguments: "
        "'conditions' and 'epochs'"
    ),
    "cj.tasks.Trial(trials.inputs, trials.targets, trials.mask, None, {})": (
        "ValueError: `conditions` must be a dictionary; got None. Give a dict."
    ),
    (
        "cj.tasks.Trial(trials.inputs, trials.targets, trials.mask[..., 0], "
        "trials.conditions, trials.epochs)"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2); got shape (4, 100). Give "
        "one weight for each target."
    ),
    "cj.tasks.Trial(1, 2, 3, {}, {})": (
        "ValueError: `inputs` must have the trials and steps of `targets`, (); got "
        "shape (). The axes are trials, if any, time and channels."
    ),
    "cj.tasks.Trial(inputs=trials.inputs, outputs=trials.targets)": (
        "TypeError: Trial() has no argument `outputs`. Did you mean `inputs`? The "
        "arguments are `inputs`, `targets`, `mask`, `conditions`, `epochs`."
    ),
    "cj.tasks.largest()": (
        "TypeError: largest() missing 1 required positional argument: 'values'"
    ),
    'cj.tasks.largest("y")': (
        "ValueError: `values` must be numbers; got 'y'. Give a number or an array of "
        "numbers."
    ),
    "cj.tasks.largest(1.0)": (
        "ValueError: `values` must have an axis of channels; got float32 of shape "
        "(). It is the last axis."
    ),
    "cj.tasks.largest(traj)": (
        "ValueError: `values` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.tasks.largest([])": (
        "ValueError: `values` must have an axis of channels; got float32 of shape "
        "(0,). It is the last axis."
    ),
    "cj.tasks.judges_outputs(3)": (
        "ValueError: `method` must be a function; got 3. Pass the function itself."
    ),
    "cj.tasks.judges_outputs()": (
        "TypeError: judges_outputs() missing 1 required positional argument: 'method'"
    ),
    "cj.tasks.judges_outputs(task)": (
        "ValueError: `method` must be a function; got a PerceptualDecision. Pass the "
        "function itself."
    ),
    "cj.tasks.Mixture([])": (
        "ValueError: `tasks` must hold at least one task; got none. Give a list."
    ),
    "cj.tasks.Mixture(task)": (
        "ValueError: `tasks` must be a list; got a PerceptualDecision. Give a tuple."
    ),
    "cj.tasks.Mixture(task, task)": (
        "ValueError: `tasks` must be a list; got a PerceptualDecision. Give a tuple."
    ),
    'cj.tasks.Mixture([task, "flip_flop"])': (
        "ValueError: `tasks` must be tasks, not mixtures; got 'flip_flop'. Give all "
        "tasks to one mixture."
    ),
    'cj.tasks.Mixture(["perceptual_decision"])': (
        "ValueError: `tasks` must be tasks, not mixtures; got 'perceptual_decision'. "
        "Give all tasks to one mixture."
    ),
    'cj.tasks.Mixture([task, cj.tasks.make("flip_flop", dt=20.0)])': (
        "ValueError: `tasks` must have the same n_in; got (2, 3). One network "
        "performs all tasks."
    ),
    'cj.tasks.Mixture([task, cj.tasks.make("perceptual_decision", dt=10.0)])': (
        "ValueError: `tasks` must have the same dt; got (20.0, 10.0). One network "
        "performs all tasks."
    ),
    "cj.tasks.Mixture([task, task], weights=[1.0])": (
        "ValueError: `weights` must have shape (2,); got shape (1,). Give one number "
        "for each task."
    ),
    "cj.tasks.Mixture([task, task], weights=[1.0, -1.0])": (
        "ValueError: `weights` must not be negative; got -1. They are relative "
        "frequencies."
    ),
    "cj.tasks.Mixture([task, task], weights=[0.0, 0.0])": (
        "ValueError: `weights` must have a positive sum; got 0. They are relative "
        "frequencies."
    ),
    'cj.tasks.Mixture([task, task], weights="equal")': (
        "ValueError: `weights` must be numbers; got 'equal'. Give a number or an "
        "array of numbers."
    ),
    "cj.tasks.Mixture([task, task], weights=[nan, 1.0])": (
        "ValueError: `weights` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.tasks.Mixture([cj.tasks.PerceptualDecision])": (
        "ValueError: `tasks` must be tasks, not mixtures; got the class "
        "PerceptualDecision. Give all tasks to one mixture."
    ),
    "cj.tasks.Mixture([cj.tasks.Mixture([task])])": (
        "ValueError: `tasks` must be tasks, not mixtures; got a Mixture. Give all "
        "tasks to one mixture."
    ),
    "cj.tasks.Mixture(tasks=[task], weight=[1.0])": (
        "TypeError: Mixture() has no argument `weight`. Did you mean `weights`? The "
        "arguments are `tasks`, `weights`."
    ),
    "cj.tasks.Mixture([task, task], [2, 1, 1])": (
        "ValueError: `weights` must have shape (2,); got shape (3,). Give one number "
        "for each task."
    ),
    "task.batch(4, key)": (
        "ValueError: `key` must be a JAX random key; got 4. Use jax.random.key(0)."
    ),
    "task.batch(key, 0)": (
        "ValueError: `size` must be a whole number, at least 1; got 0. Give an int."
    ),
    "task.batch(key, 4.0)": (
        "ValueError: `size` must be a whole number, at least 1; got 4.0. Give an int."
    ),
    "task.batch(key)": (
        "TypeError: AbstractTask.batch() missing 1 required positional argument: 'size'"
    ),
    "task.batch(0, 4)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    'task.batch(key, size="4")': (
        "ValueError: `size` must be a whole number, at least 1; got '4'. Give an int."
    ),
    "task.batch(key, batch_size=4)": (
        "TypeError: AbstractTask.batch() has no argument `batch_size`. The arguments "
        "are `key`, `size`."
    ),
    "task.batch(net, 4)": (
        "ValueError: `key` must be a JAX random key; got an EIRNN. Use "
        "jax.random.key(0)."
    ),
    "task.validation(key, 7)": (
        "ValueError: `size` must be a multiple of the 11 conditions; got 7. Use 11."
    ),
    "task.validation(44, key)": (
        "ValueError: `key` must be a JAX random key; got 44. Use jax.random.key(0)."
    ),
    "task.validation(key, 0)": (
        "ValueError: `size` must be a whole number, at least 1; got 0. Give an int."
    ),
    "task.validation(1)": (
        "ValueError: `key` must be a JAX random key; got 1. Use jax.random.key(0)."
    ),
    "task.sample(0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "task.sample()": (
        "TypeError: AbstractTask.sample() missing 1 required positional argument: 'key'"
    ),
    "task.sample(key, 4)": (
        "TypeError: AbstractTask.sample() takes 2 positional arguments but 3 were given"
    ),
    "task.score(traj.outputs)": (
        "TypeError: judges_outputs.<locals>.checked() missing 1 required positional "
        "argument: 'trials'"
    ),
    "task.score(traj, trials)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    "task.score(trials, traj.outputs)": (
        "ValueError: `outputs` must be numbers; got a Trial. Exchange it with `trials`."
    ),
    "task.score(traj.outputs[:, :5], trials)": (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (4, 5, 2). "
        "Pass those of a rollout on `trials.inputs`."
    ),
    "task.score(traj.outputs[..., :1], trials)": (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (4, 100, 1). "
        "Pass those of a rollout on `trials.inputs`."
    ),
    "task.score(traj.rates, trials)": (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (4, 100, 10). "
        "Pass those of a rollout on `trials.inputs`."
    ),
    "task.score(traj.outputs, trials.targets)": (
        "ValueError: `trials` must be trials; got float32 of shape (4, 100, 2). Use "
        "task.batch(key, size)."
    ),
    "task.performance(traj.outputs)": (
        "TypeError: judges_outputs.<locals>.checked() missing 1 required positional "
        "argument: 'trials'"
    ),
    "task.performance(traj, trials)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    "task.performance(trials.targets, traj)": (
        "ValueError: `trials` must be trials; got a Trajectory. Use task.batch(key, "
        "size)."
    ),
    "task.performance(traj.outputs[:2], trials)": (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (2, 100, 2). "
        "Pass those of a rollout on `trials.inputs`."
    ),
    "task.performance(net, trials)": (
        "ValueError: `outputs` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "task.output_loss(traj, trials)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    "task.output_loss(trials, traj.outputs)": (
        "ValueError: `outputs` must be numbers; got a Trial. Exchange it with `trials`."
    ),
    "task.output_loss(traj.outputs[:, :5], trials)": (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (4, 5, 2). "
        "Pass those of a rollout on `trials.inputs`."
    ),
    "task.answer(traj, trials)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    "task.answer(traj.outputs, traj)": (
        "ValueError: `trials` must be trials; got a Trajectory. Use task.batch(key, "
        "size)."
    ),
    "task.at(0.0)": ("ValueError: `dt` must be positive; got 0. It is the step in ms."),
    'task.at("20")': (
        "ValueError: `dt` must be a number; got '20'. Give an int or a float."
    ),
    "task.at(7.0)": (
        "ValueError: `fixation` must be a multiple of dt = 7 ms; got 100 ms. The "
        "nearest is 98 ms."
    ),
    "task.at(nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "task.at(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.RecordedActivity(traj.rates)": (
        "TypeError: RecordedActivity.__init__() missing 1 required positional "
        "argument: 'rates'"
    ),
    "cj.tasks.RecordedActivity(traj, traj.rates, dt=20.0)": (
        "ValueError: `inputs` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj, dt=20.0)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates[:2], dt=20.0)": (
        "ValueError: `rates` must have the trials and time of `inputs`, (4, 100); "
        "got shape (2, 100, 10). Give both for the same trials."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates[0], dt=20.0)": (
        "ValueError: `rates` must have shape (trials, time, n_recorded); got shape "
        "(100, 10). Use rates[..., None] for one channel, rates[None] for one trial."
    ),
    "cj.tasks.RecordedActivity(nan * trials.inputs, traj.rates, dt=20.0)": (
        "ValueError: `inputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=0.0)": (
        "ValueError: `dt` must be positive; got 0. It is the step in ms."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, units=[0])": (
        "ValueError: `units` must be 10, one for each recorded unit; got 1. The last "
        "axis of `rates` is units."
    ),
    'cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, units="all")': (
        "ValueError: `units` must be numbers; got 'all'. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, held_out=[20])": (
        "ValueError: `held_out` must be indices below 10; got 20. Indices start at 0."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, validation=1.0)": (
        "ValueError: `validation` must lie in (0, 1); got 1. It is a fraction."
    ),
    (
        "cj.tasks.RecordedActivity(trials.inputs, traj.rates, "
        'dt=20.0, validation="some")'
    ): (
        "ValueError: `validation` must be numbers; got 'some'. Give a number or an "
        "array of numbers."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, mask=-1.0)": (
        "ValueError: `mask` must have shape (4, 100, 10) or (4, 100); got shape (). "
        "Give a weight for each sample or step."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, dt=20.0, mask=trials.mask)": (
        "ValueError: `mask` must have shape (4, 100, 10) or (4, 100); got shape (4, "
        "100, 2). Give a weight for each sample or step."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, traj.rates, 20.0)": (
        "TypeError: RecordedActivity.__init__() takes 3 positional arguments but 4 "
        "were given"
    ),
    "cj.tasks.RecordedChoices(trials.inputs, dt=20.0, response=(0.0, 100.0))": (
        "TypeError: RecordedChoices.__init__() missing 1 required positional "
        "argument: 'choices'"
    ),
    "cj.tasks.RecordedChoices(trials.inputs, trials, dt=20.0, response=(0.0, 100.0))": (
        "ValueError: `choices` must be numbers; got a Trial. Pass an array of it, "
        "such as trials.inputs, or of trials.conditions."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0.5, 1, 0, 1], dt=20.0, "
        "response=(0.0, 100.0))"
    ): (
        "ValueError: `choices` must be whole numbers of shape (4,), one for each "
        "trial; got float32 of shape (4,). The first axis of `inputs` is trials."
    ),
    "cj.tasks.RecordedChoices(trials.inputs, [0, 1], dt=20.0, response=(0.0, 100.0))": (
        "ValueError: `choices` must be whole numbers of shape (4,), one for each "
        "trial; got int32 of shape (2,). The first axis of `inputs` is trials."
    ),
    (
        'cj.tasks.RecordedChoices(trials.inputs, ["left", "right", "left", "left"], '
        "dt=20.0, response=(0.0, 100.0))"
    ): (
        "ValueError: `choices` must be whole numbers of shape (4,), one for each "
        "trial; got ['left', 'right', 'left', 'left']. The first axis of `inputs` is "
        "trials."
    ),
    "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, response=100.0)": (
        "ValueError: `response` must be a list; got 100.0. Give a tuple."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(100.0, 0.0))"
    ): (
        "ValueError: `response` must be (start, stop) in ms, start < stop <= 2000; "
        "got (100.0, 0.0). Give a window inside the trial."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        'response=("0", "100"))'
    ): ("ValueError: `response` must be a number; got '0'. Give an int or a float."),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(0.0, 1e6))"
    ): (
        "ValueError: `response` must be (start, stop) in ms, start < stop <= 2000; "
        "got (0.0, 1000000.0). Give a window inside the trial."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(0.0, 100.0), lapse=1.0)"
    ): (
        "ValueError: `lapse` must lie in [0, 1); got 1. It is the fraction of random "
        "choices."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(0.0, 100.0), lapse=[0.1, 0.2])"
    ): ("ValueError: `lapse` must have shape (); got shape (2,). Give one number."),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(0.0, 100.0), n_choices=1)"
    ): (
        "ValueError: `n_choices` must be a whole number, at least 2; got 1. Give an "
        "int."
    ),
    (
        "cj.tasks.RecordedChoices(trials.inputs, [0, 1, 0, 1], dt=20.0, "
        "response=(0.0, 100.0), validation=2.0)"
    ): ("ValueError: `validation` must lie in (0, 1); got 2. It is a fraction."),
    "OwnTask(lambda trial: trial.inputs).batch(key, 2)": (
        "ValueError: `render` must return a trial; got float32 of shape (5, 1). "
        "Return cj.tasks.Trial(...)."
    ),
    (
        "OwnTask(lambda trial: eqx.tree_at(lambda t: t.inputs, trial, "
        "trial.inputs.T)).batch(key, 2)"
    ): (
        "ValueError: `render` must return inputs of shape (5, 1); got shape (1, 5). "
        "The axes are time, `n_steps`, and channels."
    ),
    (
        "OwnTask(lambda trial: eqx.tree_at(lambda t: t.targets, trial, "
        "trial.targets[:4])).validation(key, 2)"
    ): (
        "ValueError: `render` must return targets of shape (5, 1); got shape (4, 1). "
        "The axes are time, `n_steps`, and channels."
    ),
    (
        "OwnTask(lambda trial: cj.tasks.Trial(trial.inputs, trial.targets, "
        "trial.mask, {}, {})).batch(key, 2)"
    ): (
        "ValueError: `render` must return the condition t_end; got none. Every trial "
        "has `t_end` and `is_catch`."
    ),
    (
        "OwnTask(lambda trial: cj.tasks.Trial(trial.inputs, trial.targets, "
        "trial.mask[:, 0], {}, {})).batch(key, 2)"
    ): (
        "ValueError: `mask` must have shape (5, 1); got shape (5,). Give one weight "
        "for each target."
    ),
    "OwnTask(lambda trial: None).batch(key, 2)": (
        "ValueError: `render` must return a trial; got None. Return "
        "cj.tasks.Trial(...)."
    ),
    "cj.tasks.Trial(trials, trials.targets, trials.mask, {}, {})": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.tasks.ChaoticTarget(duration=33.3)": (
        "ValueError: `duration` must be a multiple of dt = 20 ms; got 33.3 ms. The "
        "nearest is 40 ms."
    ),
    'cj.tasks.ChaoticTarget(unit="no")': (
        "ValueError: `unit` must be numbers; got 'no'. Give a number or an array of "
        "numbers."
    ),
    "cj.tasks.ChaoticTarget(cue=nan)": (
        "ValueError: `cue` must be a duration in ms; got nan. Give it in ms."
    ),
    "cj.tasks.ChaoticTarget(start=-1.0)": (
        "ValueError: `start` must be a list; got -1.0. Give a tuple."
    ),
    "cj.tasks.ChaoticTarget(seed=0)": (
        "TypeError: ChaoticTarget() has no argument `seed`. The arguments are `dt`, "
        "`cue`, `duration`, `unit`, `start`."
    ),
    "cj.tasks.ChaoticTarget(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.ContextIntegration(high=matrix)": (
        "ValueError: `high` must have shape (); got shape (10, 10). Give one number."
    ),
    "cj.tasks.ContextIntegration(catch_probability=(200.0, 100.0))": (
        "ValueError: `catch_probability` must lie in [0, 1]; got 200. It is a "
        "probability."
    ),
    "cj.tasks.ContextIntegration(decision=inf)": (
        "ValueError: `decision` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.ContextIntegration(stimulus=None)": (
        "ValueError: `stimulus` must be a number; got None. Give an int or a float."
    ),
    "cj.tasks.ContextIntegration(seed=0)": (
        "TypeError: ContextIntegration() has no argument `seed`. The arguments are "
        "`dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, `fixation`, `catch`, "
        "`catch_probability`, `stimulus`, `decision`, `coherences`."
    ),
    "cj.tasks.ContextIntegration(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", variable_delay_mean=nan)': (
        "ValueError: `variable_delay_mean` must be positive; got nan. It is in ms."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", cue_time=-1.0)': (
        "ValueError: `cue_time` must not be negative; got -1 ms. Give it in ms."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", delay=net)': (
        "ValueError: `delay` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", fixation=[1.0, "a"])': (
        "ValueError: `fixation` must be a number; got [1.0, 'a']. Give an int or a "
        "float."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", seed=0)': (
        "TypeError: CuedDelayedMatch() has no argument `seed`. The arguments are "
        "`dt`, `dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`, "
        "`variable_delay`, `variable_delay_mean`, `rule`, `cue`, `cue_onset`, "
        "`cue_time`."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms_dmc", dt=nan)': (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.DelayedAddition(response=inf)": (
        "ValueError: `response` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.DelayedAddition(n_items=None)": (
        "ValueError: `n_items` must be a whole number, at least 2; got None. Give an "
        "int."
    ),
    "cj.tasks.DelayedAddition(item=33.3)": (
        "ValueError: `item` must be a multiple of dt = 20 ms; got 33.3 ms. The "
        "nearest is 40 ms."
    ),
    'cj.tasks.DelayedAddition(delay="no")': (
        "ValueError: `delay` must be a number; got 'no'. Give an int or a float."
    ),
    "cj.tasks.DelayedAddition(seed=0)": (
        "TypeError: DelayedAddition() has no argument `seed`. The arguments are "
        "`dt`, `n_items`, `item`, `delay`, `response`, `tolerance`."
    ),
    "cj.tasks.DelayedAddition(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.DelayedDiscrimination(low=net)": (
        "ValueError: `low` must be numbers; got an EIRNN. Give a number or an array "
        "of numbers."
    ),
    'cj.tasks.DelayedDiscrimination(stimulus_2=[1.0, "a"])': (
        "ValueError: `stimulus_2` must be a number; got [1.0, 'a']. Give an int or a "
        "float."
    ),
    "cj.tasks.DelayedDiscrimination(stim_noise=matrix)": (
        "ValueError: `stim_noise` must have shape (); got shape (10, 10). Give one "
        "number."
    ),
    "cj.tasks.DelayedDiscrimination(stimulus_1=(200.0, 100.0))": (
        "ValueError: `stimulus_1` must be a number; got (200.0, 100.0). Give an int "
        "or a float."
    ),
    "cj.tasks.DelayedDiscrimination(seed=0)": (
        "TypeError: DelayedDiscrimination() has no argument `seed`. The arguments "
        "are `dt`, `low`, `high`, `stim_noise`, `duration`, `onset`, `stimulus_1`, "
        "`delay`, `stimulus_2`, `decision`."
    ),
    "cj.tasks.DelayedDiscrimination(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    'cj.tasks.DelayedMatch(rule="dms", delay="no")': (
        "ValueError: `delay` must be a number; got 'no'. Give an int or a float."
    ),
    'cj.tasks.DelayedMatch(rule="dms", kappa=nan)': (
        "ValueError: `kappa` must not be negative; got nan. It is the concentration "
        "of the tuning."
    ),
    'cj.tasks.DelayedMatch(rule="dms", fixation=-1.0)': (
        "ValueError: `fixation` must not be negative; got -1 ms. Give it in ms."
    ),
    'cj.tasks.DelayedMatch(rule="dms", seed=0)': (
        "TypeError: DelayedMatch() has no argument `seed`. The arguments are `dt`, "
        "`dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`, "
        "`variable_delay`, `variable_delay_mean`, `rule`."
    ),
    'cj.tasks.DelayedMatch(rule="dms", dt=-20.0)': (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.DualMatch(grace=matrix)": (
        "ValueError: `grace` must be a number; got float64 of shape (10, 10). Give "
        "an int or a float."
    ),
    "cj.tasks.DualMatch(dead=(200.0, 100.0))": (
        "ValueError: `dead` must be a number; got (200.0, 100.0). Give an int or a "
        "float."
    ),
    "cj.tasks.DualMatch(test_cost_multiplier=inf)": (
        "ValueError: `test_cost_multiplier` must be positive; got inf. It is a weight."
    ),
    "cj.tasks.DualMatch(kappa=None)": (
        "ValueError: `kappa` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    "cj.tasks.DualMatch(seed=0)": (
        "TypeError: DualMatch() has no argument `seed`. The arguments are `dt`, "
        "`dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`, "
        "`cue_onset`."
    ),
    "cj.tasks.DualMatch(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.EyeMovementSequence(movement=nan)": (
        "ValueError: `movement` must be a duration in ms; got nan. Give it in ms."
    ),
    "cj.tasks.EyeMovementSequence(fixation=-1.0)": (
        "ValueError: `fixation` must not be negative; got -1 ms. Give it in ms."
    ),
    "cj.tasks.EyeMovementSequence(baseline=net)": (
        "ValueError: `baseline` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    'cj.tasks.EyeMovementSequence(sigma_in=[1.0, "a"])': (
        "ValueError: `sigma_in` must be numbers; got [1.0, 'a']. Give a number or an "
        "array of numbers."
    ),
    "cj.tasks.EyeMovementSequence(seed=0)": (
        "TypeError: EyeMovementSequence() has no argument `seed`. The arguments are "
        "`dt`, `baseline`, `sigma_in`, `tau_in`, `intertrial`, `fixation`, "
        "`movement`."
    ),
    "cj.tasks.EyeMovementSequence(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.FlipFlop(duration=inf)": (
        "ValueError: `duration` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.FlipFlop(interval=None)": (
        "ValueError: `interval` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.FlipFlop(pulse=33.3)": (
        "ValueError: `pulse` must be a multiple of dt = 20 ms; got 33.3 ms. The "
        "nearest is 40 ms."
    ),
    'cj.tasks.FlipFlop(n_bits="no")': (
        "ValueError: `n_bits` must be a whole number, at least 1; got 'no'. Give an "
        "int."
    ),
    "cj.tasks.FlipFlop(seed=0)": (
        "TypeError: FlipFlop() has no argument `seed`. Did you mean `settle`? The "
        "arguments are `dt`, `n_bits`, `duration`, `pulse`, `interval`, `settle`."
    ),
    "cj.tasks.FlipFlop(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.FlipFlopDiscrete(settle=net)": (
        "ValueError: `settle` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.FlipFlopDiscrete(duration=[1.0, "a"])': (
        "ValueError: `duration` must be a number; got [1.0, 'a']. Give an int or a "
        "float."
    ),
    "cj.tasks.FlipFlopDiscrete(interval=matrix)": (
        "ValueError: `interval` must have shape (); got shape (10, 10). Give one "
        "number."
    ),
    "cj.tasks.FlipFlopDiscrete(pulse=(200.0, 100.0))": (
        "ValueError: `pulse` must be a number; got (200.0, 100.0). Give an int or a "
        "float."
    ),
    "cj.tasks.FlipFlopDiscrete(seed=0)": (
        "TypeError: FlipFlopDiscrete() has no argument `seed`. Did you mean "
        "`settle`? The arguments are `dt`, `n_bits`, `duration`, `pulse`, "
        "`interval`, `settle`."
    ),
    "cj.tasks.FlipFlopDiscrete(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.HeadingIntegration(n_headings=33.3)": (
        "ValueError: `n_headings` must be a whole number, at least 1; got 33.3. Give "
        "an int."
    ),
    'cj.tasks.HeadingIntegration(integration="no")': (
        "ValueError: `integration` must be a number; got 'no'. Give an int or a float."
    ),
    "cj.tasks.HeadingIntegration(tau_velocity=nan)": (
        "ValueError: `tau_velocity` must be positive; got nan. It is in ms."
    ),
    "cj.tasks.HeadingIntegration(cue=-1.0)": (
        "ValueError: `cue` must not be negative; got -1 ms. Give it in ms."
    ),
    "cj.tasks.HeadingIntegration(seed=0)": (
        "TypeError: HeadingIntegration() has no argument `seed`. The arguments are "
        "`dt`, `cue`, `integration`, `sigma`, `tau_velocity`, `n_headings`."
    ),
    "cj.tasks.HeadingIntegration(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.Integrator(tau_leak=matrix)": (
        "ValueError: `tau_leak` must be positive; got 0. It is in ms; infinite for a "
        "perfect integrator."
    ),
    "cj.tasks.Integrator(sigma=(200.0, 100.0))": (
        "ValueError: `sigma` must have shape (); got shape (2,). Give one number."
    ),
    "cj.tasks.Integrator(unit=inf)": (
        "ValueError: `unit` must be positive; got inf. It is in ms."
    ),
    "cj.tasks.Integrator(duration=None)": (
        "ValueError: `duration` must be a number; got None. Give an int or a float."
    ),
    "cj.tasks.Integrator(seed=0)": (
        "TypeError: Integrator() has no argument `seed`. The arguments are `dt`, "
        "`duration`, `tau_leak`, `bias`, `sigma`, `unit`."
    ),
    "cj.tasks.Integrator(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.LocationMatch(sigma_in=nan)": (
        "ValueError: `sigma_in` must not be negative; got nan. It is a standard "
        "deviation."
    ),
    "cj.tasks.LocationMatch(height=-1.0)": (
        "ValueError: `height` must be positive; got -1. It is the input at the "
        "preferred direction."
    ),
    "cj.tasks.LocationMatch(fixation=net)": (
        "ValueError: `fixation` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.LocationMatch(sample_time=[1.0, "a"])': (
        "ValueError: `sample_time` must be a number; got [1.0, 'a']. Give an int or "
        "a float."
    ),
    "cj.tasks.LocationMatch(seed=0)": (
        "TypeError: LocationMatch() has no argument `seed`. The arguments are `dt`, "
        "`dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`."
    ),
    "cj.tasks.LocationMatch(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.MatchToCategory(decision=inf)": (
        "ValueError: `decision` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.MatchToCategory(n_categories=None)": (
        "ValueError: `n_categories` must be a whole number, at least 2; got None. "
        "Give an int."
    ),
    'cj.tasks.MatchToCategory(stimulus="no")': (
        "ValueError: `stimulus` must be a number; got 'no'. Give an int or a float."
    ),
    "cj.tasks.MatchToCategory(seed=0)": (
        "TypeError: MatchToCategory() has no argument `seed`. The arguments are "
        "`dt`, `stim_noise`, `n_directions`, `n_categories`, `onset`, `stimulus`, "
        "`decision`."
    ),
    "cj.tasks.MatchToCategory(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.MultisensoryIntegration(fixation=net)": (
        "ValueError: `fixation` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.MultisensoryIntegration(stimulus=[1.0, "a"])': (
        "ValueError: `stimulus` must be a number; got [1.0, 'a']. Give an int or a "
        "float."
    ),
    "cj.tasks.MultisensoryIntegration(catch=matrix)": (
        "ValueError: `catch` must be a number; got float64 of shape (10, 10). Give "
        "an int or a float."
    ),
    "cj.tasks.MultisensoryIntegration(seed=0)": (
        "TypeError: MultisensoryIntegration() has no argument `seed`. The arguments "
        "are `dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, `fixation`, "
        "`catch`, `catch_probability`, `stimulus`, `decision`, `frequencies`, "
        "`boundary`."
    ),
    "cj.tasks.MultisensoryIntegration(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.ParametricWorkingMemory(decision=33.3)": (
        "ValueError: `decision` must be a multiple of dt = 20 ms; got 33.3 ms. The "
        "nearest is 40 ms."
    ),
    'cj.tasks.ParametricWorkingMemory(sigma_in="no")': (
        "ValueError: `sigma_in` must be numbers; got 'no'. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.ParametricWorkingMemory(tau_in=nan)": (
        "ValueError: `tau_in` must be positive; got nan. It is in ms."
    ),
    "cj.tasks.ParametricWorkingMemory(delay=-1.0)": (
        "ValueError: `delay` must not be negative; got -1 ms. Give it in ms."
    ),
    "cj.tasks.ParametricWorkingMemory(seed=0)": (
        "TypeError: ParametricWorkingMemory() has no argument `seed`. The arguments "
        "are `dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, `fixation`, "
        "`catch`, `catch_probability`, `stimulus`, `delay`, `decision`, `pairs`."
    ),
    "cj.tasks.ParametricWorkingMemory(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.PerceptualDecision(stimulus=matrix)": (
        "ValueError: `stimulus` must be a number; got float64 of shape (10, 10). "
        "Give an int or a float."
    ),
    "cj.tasks.PerceptualDecision(catch_probability=(200.0, 100.0))": (
        "ValueError: `catch_probability` must lie in [0, 1]; got 200. It is a "
        "probability."
    ),
    "cj.tasks.PerceptualDecision(coherences=inf)": (
        "ValueError: `coherences` must be finite; got inf. Replace NaN and infinity."
    ),
    "cj.tasks.PerceptualDecision(catch=None)": (
        "ValueError: `catch` must be a number; got None. Give an int or a float."
    ),
    "cj.tasks.PerceptualDecision(seed=0)": (
        "TypeError: PerceptualDecision() has no argument `seed`. The arguments are "
        "`dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, `fixation`, `catch`, "
        "`catch_probability`, `coherences`, `stimulus`, `decision`."
    ),
    "cj.tasks.PerceptualDecision(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.PerceptualDecisionReactionTime(stimulus=nan)": (
        "ValueError: `stimulus` must be a duration in ms; got nan. Give it in ms."
    ),
    "cj.tasks.PerceptualDecisionReactionTime(catch_probability=net)": (
        "ValueError: `catch_probability` must be numbers; got an EIRNN. Give a "
        "number or an array of numbers."
    ),
    'cj.tasks.PerceptualDecisionReactionTime(sigma_in=[1.0, "a"])': (
        "ValueError: `sigma_in` must be numbers; got [1.0, 'a']. Give a number or an "
        "array of numbers."
    ),
    "cj.tasks.PerceptualDecisionReactionTime(seed=0)": (
        "TypeError: PerceptualDecisionReactionTime() has no argument `seed`. The "
        "arguments are `dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, "
        "`fixation`, `catch`, `catch_probability`, `coherences`, `stimulus`, "
        "`reward`."
    ),
    "cj.tasks.PerceptualDecisionReactionTime(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.PerceptualDecisionVariable(decision=inf)": (
        "ValueError: `decision` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.PerceptualDecisionVariable(catch=None)": (
        "ValueError: `catch` must be a number; got None. Give an int or a float."
    ),
    "cj.tasks.PerceptualDecisionVariable(bounds=33.3)": (
        "ValueError: `bounds` must be a list; got 33.3. Give a tuple."
    ),
    'cj.tasks.PerceptualDecisionVariable(baseline="no")': (
        "ValueError: `baseline` must be numbers; got 'no'. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.PerceptualDecisionVariable(seed=0)": (
        "TypeError: PerceptualDecisionVariable() has no argument `seed`. The "
        "arguments are `dt`, `low`, `high`, `baseline`, `sigma_in`, `tau_in`, "
        "`fixation`, `catch`, `catch_probability`, `coherences`, `mean`, `bounds`, "
        "`decision`."
    ),
    "cj.tasks.PerceptualDecisionVariable(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.PerceptualDiscrimination(stim_noise=net)": (
        "ValueError: `stim_noise` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    'cj.tasks.PerceptualDiscrimination(lag=[1.0, "a"])': (
        "ValueError: `lag` must be a number; got [1.0, 'a']. Give an int or a float."
    ),
    "cj.tasks.PerceptualDiscrimination(coherences=matrix)": (
        "ValueError: `coherences` must be a list of numbers; got float64 of shape "
        "(10, 10). Give fractions, not percentages."
    ),
    "cj.tasks.PerceptualDiscrimination(low=(200.0, 100.0))": (
        "ValueError: `low` must have shape (); got shape (2,). Give one number."
    ),
    "cj.tasks.PerceptualDiscrimination(seed=0)": (
        "TypeError: PerceptualDiscrimination() has no argument `seed`. The arguments "
        "are `dt`, `low`, `high`, `stim_noise`, `duration`, `lag`, `coherences`."
    ),
    "cj.tasks.PerceptualDiscrimination(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.ReadySetGo(pulse=33.3)": (
        "ValueError: `pulse` must be a multiple of dt = 20 ms; got 33.3 ms. The "
        "nearest is 40 ms."
    ),
    'cj.tasks.ReadySetGo(threshold="no")': (
        "ValueError: `threshold` must be numbers; got 'no'. Give a number or an "
        "array of numbers."
    ),
    "cj.tasks.ReadySetGo(after=nan)": (
        "ValueError: `after` must be a duration in ms; got nan. Give it in ms."
    ),
    "cj.tasks.ReadySetGo(intervals=-1.0)": (
        "ValueError: `intervals` must be a list; got -1.0. Give a tuple."
    ),
    "cj.tasks.ReadySetGo(seed=0)": (
        "TypeError: ReadySetGo() has no argument `seed`. The arguments are `dt`, "
        "`intervals`, `gains`, `fixation`, `pulse`, `after`, `threshold`, "
        "`tolerance`."
    ),
    "cj.tasks.ReadySetGo(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.SequenceMatchABBA(rest=matrix)": (
        "ValueError: `rest` must be a number; got float64 of shape (10, 10). Give an "
        "int or a float."
    ),
    "cj.tasks.SequenceMatchABBA(sample_time=(200.0, 100.0))": (
        "ValueError: `sample_time` must be a number; got (200.0, 100.0). Give an int "
        "or a float."
    ),
    "cj.tasks.SequenceMatchABBA(height=inf)": (
        "ValueError: `height` must be positive; got inf. It is the input at the "
        "preferred direction."
    ),
    "cj.tasks.SequenceMatchABBA(sigma_in=None)": (
        "ValueError: `sigma_in` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.SequenceMatchABBA(seed=0)": (
        "TypeError: SequenceMatchABBA() has no argument `seed`. The arguments are "
        "`dt`, `dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`, `n_tests`, "
        "`rest`."
    ),
    "cj.tasks.SequenceMatchABBA(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.SequenceMatchABCA(grace=nan)": (
        "ValueError: `grace` must be a duration in ms; got nan. Give it in ms."
    ),
    "cj.tasks.SequenceMatchABCA(tau_in=-1.0)": (
        "ValueError: `tau_in` must be positive; got -1. It is in ms."
    ),
    "cj.tasks.SequenceMatchABCA(dead=net)": (
        "ValueError: `dead` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.SequenceMatchABCA(n_tests=[1.0, "a"])': (
        "ValueError: `n_tests` must be a whole number, at least 1; got [1.0, 'a']. "
        "Give an int."
    ),
    "cj.tasks.SequenceMatchABCA(seed=0)": (
        "TypeError: SequenceMatchABCA() has no argument `seed`. The arguments are "
        "`dt`, `dead`, `fixation`, `sample_time`, `delay`, `test_time`, `grace`, "
        "`sigma_in`, `tau_in`, `height`, `kappa`, `test_cost_multiplier`, `n_tests`, "
        "`rest`."
    ),
    "cj.tasks.SequenceMatchABCA(dt=nan)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.tasks.SineGenerator(duration=inf)": (
        "ValueError: `duration` must be a duration in ms; got inf. Give it in ms."
    ),
    "cj.tasks.SineGenerator(tau=None)": (
        "ValueError: `tau` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    "cj.tasks.SineGenerator(frequencies=33.3)": (
        "ValueError: `frequencies` must lie in (0, pi tau / dt); got 33.3. Give "
        "numbers in rad per tau."
    ),
    'cj.tasks.SineGenerator(levels="no")': (
        "ValueError: `levels` must be numbers; got 'no'. Give a number or an array "
        "of numbers."
    ),
    "cj.tasks.SineGenerator(seed=0)": (
        "TypeError: SineGenerator() has no argument `seed`. The arguments are `dt`, "
        "`duration`, `tau`, `frequencies`, `levels`."
    ),
    "cj.tasks.SineGenerator(dt=-20.0)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.tasks.SineWave(period=net)": (
        "ValueError: `period` must be a number; got an EIRNN. Give an int or a float."
    ),
    'cj.tasks.SineWave(amplitude=[1.0, "a"])': (
        "ValueError: `amplitude` must be numbers; got [1.0, 'a']. Give a number or "
        "an array of numbers."
    ),
    "cj.tasks.SineWave(periods=matrix)": (
        "ValueError: `periods` must be a whole number, at least 1; got float64 of "
        "shape (10, 10). Give an int."
    ),
    "cj.tasks.SineWave(seed=0)": (
        "TypeError: SineWave() has no argument `seed`. The arguments are `dt`, "
        "`period`, `periods`, `amplitude`."
    ),
    "cj.tasks.SineWave(dt=0.0)": (
        "ValueError: `dt` must be positive; got 0. It is the step in ms."
    ),
    "cj.tasks.Yang2019(loss=None)": (
        "ValueError: `loss` must be a known name; got None. The options are 'lsq', "
        "'softmax'."
    ),
    "cj.tasks.Yang2019(easy=33.3)": (
        "ValueError: `easy` must be True or False; got 33.3. Give a boolean."
    ),
    'cj.tasks.Yang2019(one_rule_per_batch="no")': (
        "ValueError: `one_rule_per_batch` must be True or False; got 'no'. Give a "
        "boolean."
    ),
    "cj.tasks.Yang2019(tau=nan)": (
        "ValueError: `tau` must be positive; got nan. It is in ms."
    ),
    "cj.tasks.Yang2019(seed=0)": (
        "TypeError: Yang2019() has no argument `seed`. The arguments are `rules`, "
        "`dt`, `weights`, `loss`, `sigma_x`, `tau`, `easy`, `one_rule_per_batch`."
    ),
    'cj.tasks.Yang2019(dt="20")': (
        "ValueError: `dt` must be a number; got '20'. Give an int or a float."
    ),
    'cj.tasks.Yang2019("fdgoo")': (
        "ValueError: `rules` must be a known name; got 'fdgoo'. Did you mean 'fdgo'? "
        "The options are 'fdgo', 'reactgo', 'delaygo', 'fdanti', 'reactanti', "
        "'delayanti', 'dm1', 'dm2', 'contextdm1', 'contextdm2', 'multidm', "
        "'delaydm1', 'delaydm2', 'contextdelaydm1', 'contextdelaydm2', "
        "'multidelaydm', 'dmsgo', 'dmsnogo', 'dmcgo', 'dmcnogo'."
    ),
    "cj.tasks.Yang2019(3)": (
        "ValueError: `rules` must be text or a list; got 3. Give text."
    ),
    "cj.tasks.Yang2019([])": (
        "ValueError: `rules` must be different rules, at least one; got (). Name "
        "each rule once."
    ),
    "cj.tasks.Yang2019(weights=[1.0])": (
        "ValueError: `weights` must have shape (20,); got shape (1,). Give one "
        "number for each rule."
    ),
    'cj.tasks.DelayedMatch(rule="dmss")': (
        "ValueError: `rule` must be a known name; got 'dmss'. Did you mean 'dms'? "
        "The options are 'dms', 'dmrs45', 'dmrs90', 'dmrs90ccw', 'dmrs180', 'dmc'."
    ),
    'cj.tasks.CuedDelayedMatch(rule="dms")': (
        "ValueError: `rule` must be a known name; got 'dms'. Did you mean 'dms_dmc'? "
        "The options are 'dms_dmrs', 'dms_dmc', 'dms_dmrs_dmc'."
    ),
    "cj.tasks.PerceptualDecision(net)": (
        "TypeError: PerceptualDecision.__init__() takes 1 positional argument but 2 "
        "were given"
    ),
    "cj.tasks.PerceptualDecision(coherences=[200.0])": (
        "ValueError: `coherences` must lie in [0, 100]; got 200. Give coherences in "
        "percent."
    ),
    "cj.tasks.PerceptualDecision(catch=100.0)": (
        "ValueError: `catch` must last at least as long as a trial, 1200 ms; got 100 "
        "ms. Use a smaller catch_probability for fewer of them."
    ),
    "cj.tasks.PerceptualDecision(low=1.0, high=0.2)": (
        "ValueError: `high` must be above `low`; got 0.2. It is the target of the "
        "chosen output."
    ),
    "cj.tasks.PerceptualDecision(stimulus=805.0)": (
        "ValueError: `stimulus` must be a multiple of dt = 20 ms; got 805 ms. The "
        "nearest is 800 ms."
    ),
    "cj.tasks.FlipFlop(n_bits=0)": (
        "ValueError: `n_bits` must be a whole number, at least 1; got 0. Give an int."
    ),
    'cj.tasks.ChaoticTarget(start=("a", 0.0, 0.0))': (
        "ValueError: `start` must be a number; got 'a'. Give an int or a float."
    ),
    "cj.tasks.RecordedActivity(trials.inputs, [[1.0], [1.0, 2.0]], dt=20.0)": (
        "ValueError: `rates` must be numbers; got [[1.0], [1.0, 2.0]]. Pad trials to "
        "one length, and give the padding a mask of 0."
    ),
    "cj.tasks.ParametricWorkingMemory(pairs=((10.0,), (20.0, 10.0)))": (
        "ValueError: `pairs` must be numbers; got ((10.0,), (20.0, 10.0)). Give "
        "pairs of frequencies in Hz."
    ),
    "cj.tasks.Yang2019(rules=3)": (
        "ValueError: `rules` must be text or a list; got 3. Give text."
    ),
    "cj.tasks.check()": (
        "TypeError: check() missing 1 required positional argument: 'task'"
    ),
    "cj.tasks.check(cj.tasks.PerceptualDecision)": (
        "ValueError: `task` must be a task; got the class PerceptualDecision. Call "
        "it: PerceptualDecision(...)."
    ),
    'cj.tasks.check("perceptual_decision")': (
        "ValueError: `task` must be a task; got 'perceptual_decision'. Use "
        "cj.tasks.make(name), for example."
    ),
    "cj.tasks.check(task, 8)": (
        "TypeError: check() takes 1 positional argument but 2 were given"
    ),
    "cj.tasks.check(task, size=0)": (
        "ValueError: `size` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.tasks.check(task, key=key)": (
        "TypeError: check() has no argument `key`. The arguments are `task`, `size`, "
        "`progress`."
    ),
    "cj.tasks.check(OwnTask(lambda trial: trial.inputs))": (
        "ValueError: `render` must return a trial; got float32 of shape (5, 1). "
        "Return cj.tasks.Trial(...)."
    ),
    (
        "cj.tasks.check(OwnTask(lambda trial: eqx.tree_at(lambda t: t.mask, trial, 0 "
        "* trial.mask)))"
    ): (
        "ValueError: `render` must return a mask that is not 0 everywhere; got others "
        "in trial 0. Mark what is trained."
    ),
    (
        "cj.tasks.check(OwnTask(lambda trial: eqx.tree_at(lambda t: t.inputs, trial, "
        "nan * trial.inputs)))"
    ): (
        "ValueError: `render` must return inputs that are finite; got others in trial "
        "0, step 0. Look for divisions by 0, and for logarithms and square roots of 0."
    ),
    (
        "cj.tasks.check(OwnTask(lambda trial: trial if trial.inputs[0, 0] > 0 else "
        "trial))"
    ): (
        "ValueError: `render` must work with traced values, as inside of jax.jit; got "
        "Attempted boolean conversion of traced array with shape bool[]. Use "
        "jnp.where or jax.lax.cond for `if`, jax.lax.fori_loop for loops over a drawn "
        "number, and .astype(float) for float()."
    ),
    "cj.tasks.check(OwnTask(lambda trial: trial))": (
        "ValueError: `score` must return scores in [0, 1] for targets as outputs; got "
        "-0.538619. 1 is right, and 0 is wrong."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets[..., :1], dt=20.0, "
        "score='choice')"
    ): (
        'ValueError: `targets` must have two outputs or more for score="choice"; got '
        "1. Use one-hot targets, such as np.eye(classes)[labels]."
    ),
    (
        "cj.tasks.from_batches([(trials.inputs, trials.targets)], dt=20.0, "
        "validation=3)"
    ): ("ValueError: `validation` must be a list; got 3. Give a tuple."),
    "cj.tasks.from_arrays()": (
        "TypeError: from_arrays() missing 2 required positional arguments: 'inputs' "
        "and 'targets'"
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets)": (
        "TypeError: from_arrays() missing 1 required keyword-only argument: 'dt'"
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, 20.0)": (
        "TypeError: from_arrays() missing 1 required keyword-only argument: 'dt'"
    ),
    "cj.tasks.from_arrays(trials, trials.targets, dt=20.0)": (
        "ValueError: `inputs` must be numbers; got a Trial. Pass its `inputs`."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials, dt=20.0)": (
        "ValueError: `targets` must be numbers; got a Trial. Pass its `targets`."
    ),
    "cj.tasks.from_arrays(trials.inputs[..., 0], trials.targets, dt=20.0)": (
        "ValueError: `inputs` must have shape (trials, time, n_in); got shape (4, "
        "100). Use inputs[..., None] for one channel, inputs[None] for one trial."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets[:, -1], dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (4, "
        "2). Give all 100 steps, or use np.repeat(targets[:, None], 100, axis=1) for "
        "one vector a trial."
    ),
    "cj.tasks.from_arrays(trials.inputs, [0, 1, 0, 1], dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (4,). "
        "Use np.repeat(np.eye(2)[targets][:, None], 100, axis=1) with one output for "
        "each class."
    ),
    "cj.tasks.from_arrays(trials.inputs, np.arange(4.0), dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (4,). "
        "Use np.repeat(targets[:, None, None], 100, axis=1) for one channel."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets[..., 0], dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (4, "
        "100). Use targets[..., None] for one channel."
    ),
    "cj.tasks.from_arrays(trials.inputs, np.full((4, 100), 3), dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (4, "
        "100). Use targets[..., None] for one channel, or np.eye(4)[targets] for "
        "classes."
    ),
    "cj.tasks.from_arrays(trials.inputs, np.zeros(3, int), dt=20.0)": (
        "ValueError: `targets` must have shape (trials, time, n_out); got shape (3,). "
        "The axes are trials, time and channels, at least one of each."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets[:, 1:], dt=20.0)": (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 100); "
        "got shape (4, 99, 2). Cut the longer, or pad the shorter and give the "
        "padding a mask of 0."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets[:, :1], dt=20.0)": (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 100); "
        "got shape (4, 1, 2). Use np.repeat(targets, 100, axis=1) for one vector a "
        "trial."
    ),
    ("cj.tasks.from_arrays(trials.inputs, trials.targets.swapaxes(0, 1), dt=20.0)"): (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 100); "
        "got shape (100, 4, 2). Trials come before time: use .swapaxes(0, 1) of the "
        "one with time first."
    ),
    ("cj.tasks.from_arrays([[[1.0]], [[1.0], [2.0]]], trials.targets, dt=20.0)"): (
        "ValueError: `inputs` must be numbers; got [[[1.0]], [[1.0], [2.0]]]. Pad "
        "trials to one length, and give the padding a mask of 0."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets[:2], dt=20.0)": (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 100); "
        "got shape (2, 100, 2). Give both for the same trials."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets.transpose(0, 2, 1), "
        "dt=20.0)"
    ): (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 100); "
        "got shape (4, 2, 100). Channels are the last axis: use targets.swapaxes(1, "
        "2)."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs.transpose(0, 2, 1), trials.targets[..., "
        ":1].transpose(0, 2, 1), dt=20.0)"
    ): (
        "ValueError: `targets` must have the trials and time of `inputs`, (4, 2); got "
        "shape (4, 1, 100). Channels are the last axis: use .swapaxes(1, 2) of both."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs.at[2, 50, 1].set(nan), trials.targets, "
        "dt=20.0)"
    ): (
        "ValueError: `inputs` must be finite; got nan in trial 2, step 50, channel 1. "
        "Replace it."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets.at[0, 0, 0].set(inf), "
        "dt=20.0)"
    ): (
        "ValueError: `targets` must be finite; got inf in trial 0, step 0, channel 0. "
        "Give it a mask of 0 if it is missing."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, trials.mask[:, 0], "
        "dt=20.0)"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2) or (4, 100); got shape (4, "
        "2). Give a weight for each sample or step."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, np.ones(100, bool), "
        "dt=20.0)"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2) or (4, 100); got shape "
        "(100,). Use np.broadcast_to(mask, (4, 100)) for the same mask in all trials."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, np.ones(4), dt=20.0)": (
        "ValueError: `mask` must have shape (4, 100, 2) or (4, 100); got shape (4,). "
        "Use np.repeat(mask[:, None], 100, axis=1) for one weight a trial."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, np.ones((100, 4, 2)), "
        "dt=20.0)"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2) or (4, 100); got shape (100, "
        "4, 2). Trials come before time: use mask.swapaxes(0, 1)."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, 0 * trials.mask, dt=20.0)": (
        "ValueError: `mask` must have a sample that counts in training in each trial; "
        "got none in trial 0. Leave such trials out."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=0.0)": (
        "ValueError: `dt` must be positive; got 0. It is the step in ms."
    ),
    'cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, score="accuracy")': (
        "ValueError: `score` must be a known name; got 'accuracy'. The options are "
        "'r2', 'choice'."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, score=0.5)": (
        "ValueError: `score` must be a word or a function; got 0.5. It gets outputs, "
        "targets and mask."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, score=lambda y, "
        "t, m: y - t)"
    ): (
        "ValueError: `score` must return a number for each trial, shape (2,); got "
        "float32 of shape (2, 100, 2). Take the mean over time and channels."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, validation=0.9)": (
        "ValueError: `validation` must leave at least one trial to train and one to "
        "validate on; got 4 of 4. Give a fraction or indices."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, "
        "validation=(trials.inputs,))"
    ): (
        "ValueError: `validation` must be (inputs, targets) or (inputs, targets, "
        "mask); got 1 arrays. Give two or three arrays."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, validation=[7])": (
        "ValueError: `validation` must be indices below 4; got 7. Indices start at 0."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, conditions=[0, "
        "1, 0, 1])"
    ): (
        "ValueError: `conditions` must be a dictionary; got [0, 1, 0, 1]. Give a dict."
    ),
    (
        "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, "
        'conditions={"side": [0, 1]})'
    ): (
        "ValueError: `conditions['side']` must have an entry for each of 4 trials; "
        "got int64 of shape (2,). The first axis is trials."
    ),
    "cj.tasks.from_arrays(trials.inputs, trials.targets, dt=20.0, batch_size=4)": (
        "TypeError: from_arrays() has no argument `batch_size`. The arguments are "
        "`inputs`, `targets`, `mask`, `dt`, `conditions`, `score`, `validation`."
    ),
    "trials[4]": ("IndexError: index 4 is out of bounds for axis 0 with size 4"),
    "trials[0, 0]": (
        "IndexError: too many indices for batch axes of shape (4,); got 2. Time and "
        "channels are indexed in the arrays."
    ),
    'trials["inputs"]': (
        "TypeError: an index must be a whole number, a slice, or a list or mask of "
        "one axis; got 'inputs'"
    ),
    "trials[0][0]": (
        "TypeError: a Trial without batch axes has no length and no entries"
    ),
    "len(trials[0])": (
        "TypeError: a Trial without batch axes has no length and no entries"
    ),
    "cj.tasks.from_batches()": (
        "TypeError: from_batches() missing 1 required positional argument: 'batches'"
    ),
    "cj.tasks.from_batches([], dt=20.0, validation=(trials.inputs, trials.targets))": (
        "ValueError: `batches` must yield another batch; got the end. They hold "
        "(inputs, targets); an iterator can be used once."
    ),
    (
        "cj.tasks.from_batches(trials, dt=20.0, validation=(trials.inputs, "
        "trials.targets))"
    ): ("ValueError: `batches` must be a list; got a Trial. Give a tuple."),
    "cj.tasks.from_batches([(trials.inputs, trials.targets)], dt=20.0)": (
        "TypeError: from_batches() missing 1 required keyword-only argument: "
        "'validation'"
    ),
    (
        "cj.tasks.from_batches([trials.inputs], dt=20.0, validation=(trials.inputs, "
        "trials.targets))"
    ): (
        "ValueError: `batch` must be (inputs, targets), (inputs, targets, mask) or a "
        "cj.tasks.Trial; got float32 of shape (4, 100, 2). Convert it, for example in "
        "a generator."
    ),
    (
        "cj.tasks.from_batches([(trials.inputs, trials.inputs[..., :1])], dt=20.0, "
        "validation=(trials.inputs, trials.targets))"
    ): (
        "ValueError: `batch` must have 2 inputs and 2 outputs; got 2 and 1. As those "
        "that validate."
    ),
    (
        "cj.tasks.from_batches([(trials.inputs[0], trials.targets[0])], dt=20.0, "
        "validation=(trials.inputs, trials.targets))"
    ): (
        "ValueError: `batch inputs` must have shape (trials, time, n_in); got shape "
        "(100, 2). Use inputs[..., None] for one channel, inputs[None] for one trial."
    ),
    "cj.tasks.from_batches([trials], dt=20.0, validation=0.2)": (
        "ValueError: `validation` must be a list; got 0.2. Give a tuple."
    ),
}
