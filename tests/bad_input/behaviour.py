"""Wrong calls of the analyses of behaviour."""

CALLS = {
    "cj.analysis.bootstrap_chronometric(evidence, times, key=3)": (
        "ValueError: `key` must be a JAX random key; got 3. Use jax.random.key(0)."
    ),
    "cj.analysis.bootstrap_chronometric(evidence, times, key=key, samples=0)": (
        "ValueError: `samples` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.bootstrap_chronometric(evidence, times[:3], key=key)": (
        "ValueError: `times` must be one value for each trial of `evidence`; got "
        "shapes (3,) and (12,). Use NaN for trials without a decision."
    ),
    "cj.analysis.bootstrap_chronometric(times, evidence, key=key)": (
        "ValueError: `times` must be finite and not negative; got -1. Use NaN for "
        "trials without a decision."
    ),
    "cj.analysis.bootstrap_chronometric(labels, times, key=key)": (
        "ValueError: `evidence` must have decided trials at three absolute strengths "
        "of evidence or more; got 2 of them. The fit has three parameters."
    ),
    "cj.analysis.bootstrap_chronometric(time_curve, times, key=key)": (
        "ValueError: `evidence` must be numbers; got a ChronometricCurve. Pass its "
        "`evidence`."
    ),
    "cj.analysis.bootstrap_psychometric(choices, key=key)": (
        "ValueError: `fit` must be a psychometric fit; got a PsychometricCurve. Use "
        "cj.analysis.fit_psychometric(...)."
    ),
    "cj.analysis.bootstrap_psychometric(choices_fit, key=key, samples=0)": (
        "ValueError: `samples` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.bootstrap_psychometric(choices_fit, key=key, resample='trials')": (
        "ValueError: `resample` must be a known name; got 'trials'. The options are "
        "'model', 'data'."
    ),
    "cj.analysis.bootstrap_psychometric(choices_fit, key=7)": (
        "ValueError: `key` must be a JAX random key; got 7. Use jax.random.key(0)."
    ),
    "cj.analysis.choice_probability(data, chosen)": (
        "ValueError: `rates` must have axes (trials, units), none of them empty; got "
        "shape (12, 5, 4). Average over an epoch first."
    ),
    "cj.analysis.choice_probability(samples, evidence)": (
        "ValueError: `chosen` must be boolean; got float64 of shape (12,). Compare "
        "with one choice, such as answers == 0."
    ),
    "cj.analysis.choice_probability(samples, chosen[:4])": (
        "ValueError: `chosen` must have shape (12,); got shape (4,). Give one for each "
        "trial of `rates`."
    ),
    "cj.analysis.choice_probability(samples, chosen, evidence[:4])": (
        "ValueError: `conditions` must have shape (12,); got shape (4,). Give one for "
        "each trial of `rates`."
    ),
    "cj.analysis.choice_probability(samples, chosen, nan * evidence)": (
        "ValueError: `conditions` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.choice_probability(samples, chosen, evidence, at_least=5)": (
        "ValueError: `chosen` must differ within a condition, 5 trials of each choice; "
        "got 6 of 12 trials with the choice. Take weaker evidence, more trials, or a "
        "smaller at_least."
    ),
    "cj.analysis.choice_probability(samples, chosen, at_least=0)": (
        "ValueError: `at_least` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.choice_probability(nan * samples, chosen)": (
        "ValueError: `rates` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.choice_probability(traj, chosen)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.choice_probability(samples, chosen, ['a', 'b'] * 6)": (
        "ValueError: `conditions` must be numbers; got <U1 of shape (12,). Give a "
        "number or an array of numbers."
    ),
    "cj.analysis.chronometric_curve(evidence, times[:5])": (
        "ValueError: `times` must be one value for each trial of `evidence`; got "
        "shapes (5,) and (12,). Use NaN for trials without a decision."
    ),
    "cj.analysis.chronometric_curve(evidence, -times)": (
        "ValueError: `times` must be finite and not negative; got -100. Use NaN for "
        "trials without a decision."
    ),
    "cj.analysis.chronometric_curve(nan * evidence, times)": (
        "ValueError: `evidence` must be finite; got nan. Replace NaN and infinity."
    ),
    (
        "cj.analysis.chronometric_curve(evidence, "
        "cj.analysis.ReactionTimes(jnp.ones(12), jnp.ones(12, int)))"
    ): ("ValueError: `times` must be numbers; got a ReactionTimes. Pass its `time`."),
    "cj.analysis.chronometric_curve(trials, times)": (
        "ValueError: `evidence` must be numbers; got a Trial. Pass an array of it, "
        "such as trials.inputs, or of trials.conditions."
    ),
    "cj.analysis.fit_chronometric(choices)": (
        "ValueError: `curve` must be a chronometric curve; got a PsychometricCurve. "
        "Use cj.analysis.chronometric_curve(...)."
    ),
    "cj.analysis.fit_chronometric(cj.analysis.chronometric_curve(labels, times))": (
        "ValueError: `curve` must have decided trials at three absolute strengths of "
        "evidence or more; got 2 of them. The fit has three parameters."
    ),
    "cj.analysis.fit_chronometric(time_curve, link='gaussian')": (
        "TypeError: fit_chronometric() has no argument `link`. The arguments are "
        "`curve`."
    ),
    "cj.analysis.fit_psychometric(time_curve)": (
        "ValueError: `curve` must be a psychometric curve; got a ChronometricCurve. "
        "Use cj.analysis.psychometric_curve(...)."
    ),
    "cj.analysis.fit_psychometric(choices, link='probit')": (
        "ValueError: `link` must be a known name; got 'probit'. The options are "
        "'gaussian', 'logistic'."
    ),
    "cj.analysis.fit_psychometric(choices, guess='fre')": (
        "ValueError: `guess` must be a known name; got 'fre'. Did you mean 'free'? The "
        "options are 'free', 'lapse'."
    ),
    "cj.analysis.fit_psychometric(choices, guess=1.0)": (
        "ValueError: `guess` must leave room below 1 - lapse; got 1 + 0. Lower one of "
        "them."
    ),
    "cj.analysis.fit_psychometric(choices, guess=-0.1)": (
        "ValueError: `guess` must lie in [0, 1]; got -0.1. Give a fraction."
    ),
    "cj.analysis.fit_psychometric(choices, lapse='lapse')": (
        "ValueError: `lapse` must be a known name; got 'lapse'. The options are 'free'."
    ),
    "cj.analysis.fit_psychometric(choices, lapse=nan)": (
        "ValueError: `lapse` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "cj.analysis.fit_psychometric(choices, guess='free', max_lapse=0.7)": (
        "ValueError: `max_lapse` must lie between 0 and 0.5; got 0.7. Use 0.25, for "
        "example."
    ),
    "cj.analysis.fit_psychometric(choices, max_lapse='0.1')": (
        "ValueError: `max_lapse` must lie in [0, 1]; got '0.1'. Give a fraction."
    ),
    (
        "cj.analysis.fit_psychometric(cj.analysis.psychometric_curve(np.ones(12), "
        "chosen))"
    ): (
        "ValueError: `curve` must have two levels or more; got 1 level. Vary the "
        "evidence."
    ),
    "cj.analysis.fit_psychometric(choices, lapse_max=0.1)": (
        "TypeError: fit_psychometric() has no argument `lapse_max`. Did you mean "
        "`lapse`? The arguments are `curve`, `link`, `guess`, `lapse`, `max_lapse`."
    ),
    "cj.analysis.perturbation_effects(net, [], task, key=key)": (
        "ValueError: `perturbations` must hold one or more; got none. Such as "
        "[cj.perturbations.Lesion(0)]."
    ),
    "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion], task, key=key)": (
        "ValueError: `perturbations[0]` must be a perturbation, or several; got the "
        "class Lesion. Such as cj.perturbations.Lesion(0)."
    ),
    "cj.analysis.perturbation_effects(net, cj.perturbations.Lesion, task, key=key)": (
        "ValueError: `perturbations` must be a dictionary or a list; got the class "
        "Lesion. Use [cj.perturbations.Lesion(0)]."
    ),
    (
        "cj.analysis.perturbation_effects(net, cj.perturbations.Lesion(0), task, "
        "key=key)"
    ): (
        "ValueError: `perturbations` must be a dictionary or a list; got a Lesion. Use "
        "[cj.perturbations.Lesion(0)]."
    ),
    "cj.analysis.perturbation_effects(net, {'lesion': 3}, task, key=key)": (
        "ValueError: `perturbations['lesion']` must be a perturbation, or several; got "
        "3. Such as cj.perturbations.Lesion(0)."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0, (9000, "
        "9500))], task, key=key)"
    ): (
        "ValueError: `window` must start before the trials end, at 2000 ms; got "
        "(9000, 9500). Times are in ms."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(10)], task, "
        "key=key)"
    ): ("ValueError: `units` must be indices below 10; got 10. They start at 0."),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], trials, "
        "key=key)"
    ): (
        "ValueError: `task` must be a task; got a Trial. Use cj.tasks.make(name), for "
        "example."
    ),
    (
        "cj.analysis.perturbation_effects(nets, [cj.perturbations.Lesion(0)], task, "
        "key=key)"
    ): (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over it "
        "with jax.vmap."
    ),
    (
        "cj.analysis.perturbation_effects(task, [cj.perturbations.Lesion(0)], net, "
        "key=key)"
    ): (
        "ValueError: `net` must be a network; got a PerceptualDecision. Exchange it "
        "with `task`."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], "
        "cj.tasks.make('perceptual_decision', dt=10.0), key=key)"
    ): (
        "ValueError: `task` must have the network's dt of 20 ms; got dt = 10 ms. Build "
        "both with the same dt, or use cj.replace(net, dt=...)."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], "
        "cj.tasks.make('context_integration', dt=20.0), key=key)"
    ): (
        "ValueError: `task` must have the network's 2 inputs and 2 outputs; got 6 and "
        "2. Build the network with task.n_in and task.n_out."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], task, "
        "key=0)"
    ): ("ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], task, "
        "key=key, size=0)"
    ): ("ValueError: `size` must be a whole number, at least 1; got 0. Give an int."),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], task, "
        "key=key, samples=1)"
    ): (
        "ValueError: `samples` must be a whole number, at least 2; got 1. Give an int."
    ),
    (
        "cj.analysis.perturbation_effects(net, [cj.perturbations.Lesion(0)], task, "
        "key=key, level=95)"
    ): ("ValueError: `level` must lie in [0, 1]; got 95. Give a fraction."),
    "cj.analysis.psychometric_curve(evidence, evidence)": (
        "ValueError: `chosen` must be boolean; got float64 of shape (12,). Compare "
        "with one choice, such as answers == 0."
    ),
    "cj.analysis.psychometric_curve(evidence, chosen[:5])": (
        "ValueError: `chosen` must be one value for each trial of `evidence`; got "
        "shapes (5,) and (12,). Leave out catch trials from both."
    ),
    "cj.analysis.psychometric_curve(nan * evidence, chosen)": (
        "ValueError: `evidence` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.psychometric_curve(trials, chosen)": (
        "ValueError: `evidence` must be numbers; got a Trial. Pass an array of it, "
        "such as trials.inputs, or of trials.conditions."
    ),
    "cj.analysis.reaction_times(task, trials, traj.outputs, threshold=0.5)": (
        "ValueError: `outputs` must be numbers; got a Trial. Exchange it with `trials`."
    ),
    "cj.analysis.reaction_times(trials, traj.outputs, task, threshold=0.5)": (
        "ValueError: `task` must be a task; got a Trial. Exchange it with `trials`."
    ),
    (
        "cj.analysis.reaction_times(task, traj.outputs.swapaxes(0, 1), trials, "
        "threshold=0.5)"
    ): (
        "ValueError: `outputs` must have shape (4, 100, 2); got shape (100, 4, 2). "
        "Pass the outputs of cj.rollout(net, trials.inputs), for trials of `task`."
    ),
    "cj.analysis.reaction_times(task, traj.outputs, trials, threshold=nan)": (
        "ValueError: `threshold` must not be NaN; got nan. It is compared with outputs "
        "after the task's link."
    ),
    "cj.analysis.reaction_times(task, traj.outputs, trials, threshold='high')": (
        "ValueError: `threshold` must be numbers; got 'high'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.reaction_times(task, traj.outputs, trials, threshold=np.ones(3))": (
        "ValueError: `threshold` must be one number or 2, one for each output; got "
        "float32 of shape (3,). It is compared with outputs after the task's link."
    ),
    "cj.analysis.reaction_times(task, traj.outputs, trials, threshold=1j)": (
        "ValueError: `threshold` must be real; got 1j. Pass its real part."
    ),
    (
        "cj.analysis.reaction_times(task, traj.outputs, trials, threshold=0.5, "
        "onset='stimuli')"
    ): (
        "ValueError: `onset` must be a known name; got 'stimuli'. Did you mean "
        "'stimulus'? The options are 'decision', 'fixation', 'stimulus'."
    ),
    "cj.analysis.reaction_times(task, nan * traj.outputs, trials, threshold=0.5)": (
        "ValueError: `outputs` must be finite; got nan. Replace NaN and infinity."
    ),
    "bootstrap.interval('thresholds')": (
        "ValueError: `name` must be a known name; got 'thresholds'. Did you mean "
        "'threshold'? The options are 'threshold', 'slope', 'guess', 'lapse'."
    ),
    "bootstrap.interval('slope', level=95)": (
        "ValueError: `level` must lie in [0, 1]; got 95. Give a fraction."
    ),
    "bootstrap.band('a')": (
        "ValueError: `evidence` must be numbers; got 'a'. Give a number or an array of "
        "numbers."
    ),
    "bootstrap.band(evidence, level=nan)": (
        "ValueError: `level` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "bootstrap.interval('slope', level='95')": (
        "ValueError: `level` must lie in [0, 1]; got '95'. Give a fraction."
    ),
    "effects['rates']": (
        "ValueError: `measure` must be a known name; got 'rates'. Did you mean 'rate'? "
        "The options are 'rate'."
    ),
    "effects[0]": (
        "ValueError: `measure` must be a known name; got 0. The options are 'rate'."
    ),
    "time_bootstrap.interval('slope')": (
        "ValueError: `name` must be a known name; got 'slope'. The options are "
        "'residual', 'decision', 'rate'."
    ),
    "choices_fit('a')": (
        "ValueError: `evidence` must be numbers; got 'a'. Give a number or an array of "
        "numbers."
    ),
    "choices_fit(choices)": (
        "ValueError: `evidence` must be numbers; got a PsychometricCurve. Give a "
        "number or an array of numbers."
    ),
    "time_fit('a')": (
        "ValueError: `evidence` must be numbers; got 'a'. Give a number or an array of "
        "numbers."
    ),
    "bootstrap.band(samples)": (
        "ValueError: `evidence` must be a list of numbers; got shape (12, 4). One "
        "strength x is [x]."
    ),
    "cj.analysis.chronometric_curve(evidence, ['fast'] * 12)": (
        "ValueError: `times` must be numbers; got ['fast', 'fast', 'fast', 'fast', "
        "'fast', 'fast', ...]. Give a number or an array of numbers."
    ),
    "cj.analysis.chronometric_curve(['strong'] * 12, times)": (
        "ValueError: `evidence` must be numbers; got ['strong', 'strong', 'strong', "
        "'strong', 'strong', 'strong', ...]. Give a number or an array of numbers."
    ),
}
