"""Wrong commands: the exit status, and what they print without line breaks."""

CALLS = {
    "ctrnn-jax": (
        "2: Missing subcommand Expected one of {train, resume, sweep, status, "
        "analyse, tasks}. For full helptext, run ctrnn-jax --help"
    ),
    "ctrnn-jax trian perceptual_decision --out run": (
        "2: error: `command` must be a known name; got 'trian'. Did you mean "
        "'train'? The options are 'train', 'resume', 'sweep', 'status', 'analyse', "
        "'tasks'."
    ),
    "ctrnn-jax rnn": (
        "2: error: `command` must be a known name; got 'rnn'. Did you mean 'train'? "
        "The options are 'train', 'resume', 'sweep', 'status', 'analyse', 'tasks'."
    ),
    "ctrnn-jax train": (
        "2: Required options Missing from ctrnn-jax train: STR Name of the task; "
        "`ctrnn-jax tasks` lists them. (required) --out PATH Folder for the "
        "results; created if it does not exist. (required) For full helptext, run: "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_desicion --out run": (
        "2: error: `task` must be a known name; got 'perceptual_desicion'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "ctrnn-jax train perceptual_decision": (
        "2: Required options Missing from ctrnn-jax train: --out PATH Folder for "
        "the results; created if it does not exist. (required) For full helptext, "
        "run: ctrnn-jax train --help"
    ),
    "ctrnn-jax train 3 --out run": (
        "2: error: `task` must be a known name; got '3'. The options are "
        "'perceptual_decision', 'perceptual_decision_variable', "
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
    "ctrnn-jax train perceptual_decision --out run --steps 0": (
        "2: Value error Error parsing Train: `steps` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --steps -1": (
        "2: Value error Error parsing Train: `steps` must be a whole number, at "
        "least 1; got -1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --steps ten": (
        "2: Value error Error parsing --steps: it must be a whole number; got "
        "'ten'. Argument helptext: --steps INT Largest number of updates. (default: "
        "None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --steps 1.5": (
        "2: Value error Error parsing --steps: it must be a whole number; got "
        "'1.5'. Argument helptext: --steps INT Largest number of updates. (default: "
        "None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --batch-size 0": (
        "2: Value error Error parsing Train: `batch_size` must be a whole number, "
        "at least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --batch-size many": (
        "2: Value error Error parsing --batch-size: it must be a whole number; got "
        "'many'. Argument helptext: --batch-size INT Trials per update. (default: "
        "None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden 1": (
        "2: Value error Error parsing Train: `hidden` must be a whole number, at "
        "least 2; got 1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden nan": (
        "2: Value error Error parsing --hidden: it must be a whole number; got "
        "'nan'. Argument helptext: --hidden INT Number of units. (default: None) "
        "For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden 2": (
        "2: error: `frac_excitatory` must leave at least one unit of each class; "
        "got 0.8 of 2 units, so none is inhibitory. For one class only use CTRNN "
        "with constraints={'w_hid': NonNegative()}."
    ),
    "ctrnn-jax train perceptual_decision --out run --validate-every 0": (
        "2: Value error Error parsing Train: `validate_every` must be a whole "
        "number, at least 1; got 0. Give an int. For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax train perceptual_decision --out run --validate-every x": (
        "2: Value error Error parsing --validate-every: it must be a whole number; "
        "got 'x'. Argument helptext: --validate-every INT Updates between "
        "validations. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size 0": (
        "2: Value error Error parsing Train: `validation_size` must be a whole "
        "number, at least 1; got 0. Give an int. For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size 7": (
        "2: error: `validation_size` must be a multiple of the 11 conditions; got "
        "7. Use 11."
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size x": (
        "2: Value error Error parsing --validation-size: it must be a whole number; "
        "got 'x'. Argument helptext: --validation-size INT Trials per validation; a "
        "multiple of the task's conditions. (default: None) For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion -1": (
        "2: Value error Error parsing Train: `criterion` must lie in [0, 1]; got "
        "-1.0. Give a fraction. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion 85": (
        "2: Value error Error parsing Train: `criterion` must lie in [0, 1]; got "
        "85.0. Give a fraction. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion nan": (
        "2: Value error Error parsing Train: `criterion` must lie in [0, 1]; got "
        "nan. Give a fraction. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion 1": (
        "2: error: `criterion` must be below 1; got 1.0. Performance is at most 1."
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion x": (
        "2: Value error Error parsing --criterion: it must be a number; got 'x'. "
        "Argument helptext: --criterion FLOAT Performance that the mean of the last "
        "validations must exceed. (default: None) For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax train perceptual_decision --out run --patience 0": (
        "2: Value error Error parsing Train: `patience` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --patience x": (
        "2: Value error Error parsing --patience: it must be a whole number; got "
        "'x'. Argument helptext: --patience INT Stop after this number of "
        "validations in a row without an improvement. (default: None) For full "
        "helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-every 0": (
        "2: Value error Error parsing Train: `checkpoint_every` must be a whole "
        "number, at least 1; got 0. Give an int. For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-every x": (
        "2: Value error Error parsing --checkpoint-every: it must be a whole "
        "number; got 'x'. Argument helptext: --checkpoint-every INT Updates between "
        "checkpoints; `ctrnn-jax resume` continues from the last. (default: None) "
        "For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds 0": (
        "2: Value error Error parsing Train: `checkpoint_seconds` must be positive; "
        "got 0. For example 600. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds nan": (
        "2: Value error Error parsing Train: `checkpoint_seconds` must be positive; "
        "got nan. For example 600. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds x": (
        "2: Value error Error parsing --checkpoint-seconds: it must be a number; "
        "got 'x'. Argument helptext: --checkpoint-seconds FLOAT Seconds between "
        "checkpoints. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed -1": (
        "2: Value error Error parsing Train: `seed` must be a whole number, at "
        "least 0; got -1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed x": (
        "2: Value error Error parsing --seed: it must be a whole number; got 'x'. "
        "Argument helptext: --seed INT Seed of weights, trials and noise. (default: "
        "0) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed 0.5": (
        "2: Value error Error parsing --seed: it must be a whole number; got '0.5'. "
        "Argument helptext: --seed INT Seed of weights, trials and noise. (default: "
        "0) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate 0": (
        "2: Value error Error parsing Train: `learning_rate` must be positive; got "
        "0. 0.005 is usual. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate -1": (
        "2: Value error Error parsing Train: `learning_rate` must be positive; got "
        "-1. 0.005 is usual. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate nan": (
        "2: Value error Error parsing Train: `learning_rate` must be positive; got "
        "nan. 0.005 is usual. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate x": (
        "2: Value error Error parsing --learning-rate: it must be a number; got "
        "'x'. Argument helptext: --learning-rate FLOAT Learning rate of the "
        "optimiser. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --noise -1": (
        "2: Value error Error parsing Train: `noise` must not be negative; got -1. "
        "It is a standard deviation. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --noise nan": (
        "2: Value error Error parsing Train: `noise` must not be negative; got nan. "
        "It is a standard deviation. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --noise x": (
        "2: Value error Error parsing --noise: it must be a number; got 'x'. "
        "Argument helptext: --noise FLOAT Standard deviation (sigma) of the "
        "recurrent noise. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --network rdm_dens": (
        "2: error: `network` must be a known name; got 'rdm_dens'. Did you mean "
        "'rdm_dense'? The options are 'rdm_dense', 'rdm_fixed', 'rdm_nodale'."
    ),
    "ctrnn-jax train perceptual_decision --out run --config missing.toml": (
        "2: error: `config` must be a file that can be read; got missing.toml (No "
        "such file or directory). Name a TOML file."
    ),
    "ctrnn-jax train perceptual_decision --out run --config file": (
        "2: error: file must be a TOML file: Expected '=' after a key in a "
        "key/value pair (at end of document)."
    ),
    "ctrnn-jax train perceptual_decision --out run --config empty": (
        "2: error: `config` must be a file that can be read; got empty (Is a "
        "directory). Name a TOML file."
    ),
    "ctrnn-jax train perceptual_decision --out run --published yes": (
        "2: Unrecognized options Unrecognized options: yes For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --stop no": (
        "2: Unrecognized options Unrecognized options: no For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --coordinator h:1": (
        "2: Value error Error parsing Train: `coordinator, processes and "
        "process_index` must be left out; got them without --distributed. Add "
        "--distributed. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --processes 2": (
        "2: Value error Error parsing Train: `coordinator, processes and "
        "process_index` must be left out; got them without --distributed. Add "
        "--distributed. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --process-index 1": (
        "2: Value error Error parsing Train: `coordinator, processes and "
        "process_index` must be left out; got them without --distributed. Add "
        "--distributed. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --coordinator h": (
        "2: Value error Error parsing Train: `coordinator, processes and "
        "process_index` must be given together, or none of them; got some. Give all "
        "three, or none on a cluster that JAX detects. For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --processes 2": (
        "2: Value error Error parsing Train: `coordinator, processes and "
        "process_index` must be given together, or none of them; got some. Give all "
        "three, or none on a cluster that JAX detects. For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --dry-run": (
        "2: Value error Error parsing Train: `dry_run` must be used with one "
        "process; got --distributed. Drop one of them. For full helptext, see "
        "ctrnn-jax --help"
    ),
    (
        "ctrnn-jax train perceptual_decision --out run --distributed "
        "--processes 2 --process-index 2 --coordinator localhost:1"
    ): (
        "2: Value error Error parsing Train: `process_index` must be below 2, the "
        "number of processes; got 2. It counts from 0. For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --processes x": (
        "2: Value error Error parsing --processes: it must be a whole number; got "
        "'x'. Argument helptext: --processes INT Number of processes, with "
        "--coordinator. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --no-stop --patience 3": (
        "2: Value error Error parsing Train: `patience` must be left out with "
        "--no-stop; got 3. Drop one. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --out again": (
        "2: error: `--out` must be given once; got it 2 times. Drop the others."
    ),
    "ctrnn-jax train perceptual_decision --out run --steps 9 --validate-every 10": (
        "2: error: `validate_every` must be at most the 9 steps, as the criterion "
        "needs a validation; got 10. Validate more often, or use --no-stop without "
        "--restore-best."
    ),
    (
        "ctrnn-jax train perceptual_decision --out run "
        "--restore-best --no-stop --steps 9 --validate-every 10"
    ): (
        "2: error: `validate_every` must be at most the 9 steps, as --restore-best "
        "needs a validation; got 10. Validate more often, or use --no-stop without "
        "--restore-best."
    ),
    "ctrnn-jax train perceptual_decision --out run --restore-best yes": (
        "2: Unrecognized options Unrecognized options: yes For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --overwrite file": (
        "2: Unrecognized options Unrecognized options: file For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --dry-run 3": (
        "2: Unrecognized options Unrecognized options: 3 For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --cache no": (
        "2: Unrecognized options Unrecognized options: no For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed 1 --seed 2": (
        "2: error: `--seed` must be given once; got it 2 times. Drop the others."
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rat 0.1": (
        "2: Unrecognized options Unrecognized options: --learning-rat, 0.1 Perhaps "
        "you meant: --learning-rate FLOAT Learning rate of the optimiser. (default: "
        "None) in ctrnn-jax train --help --learning-rate [FLOAT [FLOAT ...]] "
        "Learning rates of the optimiser. (default: ) in ctrnn-jax sweep --help For "
        "full helptext, run ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --optimizer adam": (
        "2: Unrecognized options Unrecognized options: --optimizer, adam For full "
        "helptext, run ctrnn-jax --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --steps": (
        "2: Missing argument Missing value for argument '--steps'. Expected 1 "
        "values. For full helptext, run ctrnn-jax train --help"
    ),
    "ctrnn-jax train fdgo --network rdm_dense --out run": (
        "2: error: `network` must be a known name; got 'rdm_dense'. The options are "
        "'yang2019'."
    ),
    "ctrnn-jax train perceptual_decision --out file --steps 5": (
        "2: error: `out` must be a folder; got the file file. Name another."
    ),
    "ctrnn-jax train perceptual_decision --out file/run --steps 5": (
        "2: error: `out` must be a folder that can be written; got file/run "
        "(file/run: Not a directory). Name another, or change its permissions."
    ),
    "ctrnn-jax sweep perceptual_decision --out run": (
        "2: Required options Missing from ctrnn-jax sweep: --seeds [INT [INT ...]] "
        "Seeds of weights, trials and noise. (required) For full helptext, run: "
        "ctrnn-jax sweep --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds": (
        "2: Value error Error parsing Sweep: `seeds` must hold at least one; got "
        "none. For example --seeds 0 1 2. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds a": (
        "2: Value error Error parsing --seeds: it must be a whole number; got 'a'. "
        "Argument helptext: --seeds [INT [INT ...]] Seeds of weights, trials and "
        "noise. (required) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 0": (
        "2: Value error Error parsing Sweep: `seeds` must name each value once; got "
        "(0, 0). Drop the others. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds -1": (
        "2: Value error Error parsing Sweep: `seeds` must be a whole number, at "
        "least 0; got -1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0.5": (
        "2: Value error Error parsing --seeds: it must be a whole number; got "
        "'0.5'. Argument helptext: --seeds [INT [INT ...]] Seeds of weights, trials "
        "and noise. (required) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --noise -1": (
        "2: Value error Error parsing Sweep: `noise` must not be negative; got -1. "
        "It is a standard deviation. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --noise x": (
        "2: Value error Error parsing --noise: it must be a number; got 'x'. "
        "Argument helptext: --noise [FLOAT [FLOAT ...]] Standard deviations (sigma) "
        "of the recurrent noise. (default: ) For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau 0": (
        "2: Value error Error parsing Sweep: `tau` must be positive; got 0. It is "
        "in ms. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau 10": (
        "2: error: `tau` must be at least the time step of 20 ms; got 10.0. Use "
        "longer time constants."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau nan": (
        "2: Value error Error parsing Sweep: `tau` must be positive; got nan. It is "
        "in ms. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --learning-rate 0": (
        "2: Value error Error parsing Sweep: `learning_rate` must be positive; got "
        "0. 0.005 is usual. For full helptext, see ctrnn-jax --help"
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 "
        "--learning-rate 1e-3 1e-3"
    ): (
        "2: Value error Error parsing Sweep: `learning_rate` must name each value "
        "once; got (0.001, 0.001). Drop the others. For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set x": (
        "2: error: `set` must be NAME=VALUE,VALUE; got 'x'. Write --set "
        "loss.TERM=1e-3,1e-2 or --set task.NUMBER=0.1,0.2."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set loss.x=1": (
        "2: error: `set` must name a term of the loss; got 'loss.x'. The loss of "
        "'perceptual_decision' is the task's loss alone; see --published."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.nothing=1": (
        "2: error: `set task.` must be a known name; got 'nothing'. Did you mean "
        "'high'? The options are 'low', 'high', 'baseline', 'sigma_in', 'tau_in', "
        "'catch_probability', 'coherences'."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.dt=10": (
        "2: error: `set task.` must be a known name; got 'dt'. The options are "
        "'low', 'high', 'baseline', 'sigma_in', 'tau_in', 'catch_probability', "
        "'coherences'."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.low=a": (
        "2: error: `set` must have numbers after =; got 'task.low=a'. Write --set "
        "loss.TERM=1e-3,1e-2 or --set task.NUMBER=0.1,0.2."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.low=": (
        "2: error: `set` must be NAME=VALUE,VALUE; got 'task.low='. Write --set "
        "loss.TERM=1e-3,1e-2 or --set task.NUMBER=0.1,0.2."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 "
        "--set task.low=1 --set task.low=2"
    ): ("2: error: `set` must name 'task.low' once; got task.low=2. Drop one."),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --at-once 0": (
        "2: Value error Error parsing Sweep: `at_once` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --distributed": (
        "2: Unrecognized options Unrecognized or misplaced options: --distributed "
        "(applied to ctrnn-jax sweep) Arguments are applied to the directly "
        "preceding subcommand, so ordering can matter. Perhaps you meant: "
        "--distributed, --no-distributed Join other processes, and divide the "
        "trials over the devices of all of them. (default: False) in ctrnn-jax "
        "resume --help in ctrnn-jax train --help For full helptext, run ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax resume": (
        "2: Required options Missing from ctrnn-jax resume: PATH Folder of the run. "
        "(required) For full helptext, run: ctrnn-jax resume --help"
    ),
    "ctrnn-jax resume missing": (
        "2: error: `folder` must be the folder of a run; got missing, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax resume empty": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax resume file": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax status": (
        "2: Required options Missing from ctrnn-jax status: PATH Folder of the run. "
        "(required) For full helptext, run: ctrnn-jax status --help"
    ),
    "ctrnn-jax status missing": (
        "2: error: `folder` must be the folder of a run; got missing, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax status empty": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax status file": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax analyse": (
        "2: Required options Missing from ctrnn-jax analyse: PATH Folder of the "
        "run. (required) For full helptext, run: ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse missing": (
        "2: error: `folder` must be the folder of a run; got missing, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax analyse empty": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax analyse file": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax resume empty --steps 0": (
        "2: Value error Error parsing Resume: `steps` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax resume empty --steps x": (
        "2: Value error Error parsing --steps: it must be a whole number; got 'x'. "
        "Argument helptext: --steps INT Largest number of updates of the whole run; "
        "a larger number extends the run. (default: None) For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax resume empty --processes 2": (
        "2: Value error Error parsing Resume: `coordinator, processes and "
        "process_index` must be left out; got them without --distributed. Add "
        "--distributed. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax status empty --json 3": (
        "2: Unrecognized options Unrecognized options: 3 For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --member -1": (
        "2: Value error Error parsing Analyse: `member` must be a whole number, at "
        "least 0; got -1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --member x": (
        "2: Value error Error parsing --member: it must be a whole number; got 'x'. "
        "Argument helptext: --member INT Index of the network of a sweep, as in "
        "members.json. (default: None) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --candidates 0": (
        "2: Value error Error parsing Analyse: `candidates` must be a whole number, "
        "at least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --candidates x": (
        "2: Value error Error parsing --candidates: it must be a whole number; got "
        "'x'. Argument helptext: --candidates INT Number of states from which the "
        "search for fixed points starts. (default: 1024) For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --steps 0": (
        "2: Value error Error parsing Analyse: `steps` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --steps x": (
        "2: Value error Error parsing --steps: it must be a whole number; got 'x'. "
        "Argument helptext: --steps INT Number of time steps over which exponents "
        "are measured. (default: 4000) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --trials 0": (
        "2: Value error Error parsing Analyse: `trials` must be a whole number, at "
        "least 1; got 0. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --trials x": (
        "2: Value error Error parsing --trials: it must be a whole number; got 'x'. "
        "Argument helptext: --trials INT Approximate number of trials. (default: "
        "500) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --seed -1": (
        "2: Value error Error parsing Analyse: `seed` must be a whole number, at "
        "least 0; got -1. Give an int. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --seed x": (
        "2: Value error Error parsing --seed: it must be a whole number; got 'x'. "
        "Argument helptext: --seed INT Seed of trials, noise and candidates. "
        "(default: 0) For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --level nan": (
        "2: Value error Error parsing Analyse: `level` must be finite; got nan. "
        "Replace NaN and infinity. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --level x": (
        "2: Value error Error parsing --level: it must be a number; got 'x'. "
        "Argument helptext: --level FLOAT Freeze inputs at the median of trials "
        "with this level of the condition. (default: None) For full helptext, see "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --inputs inf": (
        "2: Value error Error parsing Analyse: `inputs` must be finite; got inf. "
        "Replace NaN and infinity. For full helptext, see ctrnn-jax --help"
    ),
    "ctrnn-jax analyse empty --inputs 1 x": (
        "2: Value error Error parsing --inputs: it must be a number; got 'x'. "
        "Argument helptext: --inputs [FLOAT [FLOAT ...]] Freeze inputs at these "
        "values, one for each channel. (default: ) For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax analyse empty --level 1 --inputs 3": (
        "2: Value error Error parsing Analyse: `inputs` must be left out with a "
        "level; got (3.0,). Give one of them. For full helptext, see ctrnn-jax "
        "--help"
    ),
    "ctrnn-jax analyse empty --fixed-point": (
        "2: Unrecognized options Unrecognized options: --fixed-point Perhaps you "
        "meant: --fixed-points, --no-fixed-points Fixed points and slow points with "
        "their stability, drawn with trajectories. (default: False) in ctrnn-jax "
        "analyse --help For full helptext, run ctrnn-jax --help"
    ),
    "ctrnn-jax tasks perceptual_desicion": (
        "2: error: `task` must be a known name; got 'perceptual_desicion'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "ctrnn-jax tasks fdgo --out x.pdf": (
        "2: error: `out` must end in .png; got x.pdf. Name a PNG file."
    ),
    "ctrnn-jax tasks fdgo --out missing/x.png": (
        "2: error: `out` must be in a folder that exists; got missing/x.png. Make "
        "the folder first."
    ),
    "ctrnn-jax tasks fdgo reactgo": (
        "2: Unrecognized options Unrecognized options: reactgo For full helptext, "
        "run ctrnn-jax --help"
    ),
}
