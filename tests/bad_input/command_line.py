"""Wrong commands: the exit status, and what they print without line breaks."""

CALLS = {
    "ctrnn-jax": (
        "2: Missing subcommand Expected one of {train, resume, sweep, join, status, "
        "summary, analyse, report, tasks, doctor, completion}. For full helptext, run "
        "ctrnn-jax --help"
    ),
    "ctrnn-jax trian perceptual_decision --out run": (
        "2: error: `command` must be a known name; got 'trian'. Did you mean 'train'? "
        "The options are 'train', 'resume', 'sweep', 'join', 'status', 'summary', "
        "'analyse', 'report', 'tasks', 'doctor', 'completion'."
    ),
    "ctrnn-jax rnn": (
        "2: error: `command` must be a known name; got 'rnn'. Did you mean 'train'? "
        "The options are 'train', 'resume', 'sweep', 'join', 'status', 'summary', "
        "'analyse', 'report', 'tasks', 'doctor', 'completion'."
    ),
    "ctrnn-jax train": (
        "2: Required options Missing from ctrnn-jax train: TASK Name of the task; "
        "`ctrnn-jax tasks` lists them. PATH/FILE.py:NAME runs the code of that file: a "
        "class or function of a custom task. (required) --out PATH Folder for the "
        "results; created if it does not exist. (required) For full helptext, run: "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_desicion --out run": (
        "2: error: `task` must be a known name; got 'perceptual_desicion'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "ctrnn-jax train perceptual_decision": (
        "2: Required options Missing from ctrnn-jax train: --out PATH Folder for the "
        "results; created if it does not exist. (required) For full helptext, run: "
        "ctrnn-jax train --help"
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
        "2: error: `--steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --steps -1": (
        "2: error: `--steps` must be a whole number, at least 1; got -1. Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --steps ten": (
        "2: Value error Error parsing --steps: it must be a whole number; got 'ten'. "
        "Argument helptext: --steps INT Largest number of updates; training may stop "
        "at the criterion before. (as published) For full helptext, see ctrnn-jax "
        "train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --steps 1.5": (
        "2: Value error Error parsing --steps: it must be a whole number; got '1.5'. "
        "Argument helptext: --steps INT Largest number of updates; training may stop "
        "at the criterion before. (as published) For full helptext, see ctrnn-jax "
        "train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --batch-size 0": (
        "2: error: `--batch-size` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "ctrnn-jax train perceptual_decision --out run --batch-size many": (
        "2: Value error Error parsing --batch-size: it must be a whole number; got "
        "'many'. Argument helptext: --batch-size INT Trials per update. (as published) "
        "For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden 1": (
        "2: error: `--hidden` must be a whole number, at least 2; got 1. Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden nan": (
        "2: Value error Error parsing --hidden: it must be a whole number; got 'nan'. "
        "Argument helptext: --hidden INT Number of recurrent units. (as published) For "
        "full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --hidden 2": (
        "2: error: `frac_excitatory` must leave at least one unit of each class; got "
        "0.8 of 2 units, so none is inhibitory. For one class only use CTRNN with "
        "constraints={'w_hid': NonNegative()}."
    ),
    "ctrnn-jax train perceptual_decision --out run --validate-every 0": (
        "2: error: `--validate-every` must be a whole number, at least 1; got 0. Give "
        "an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --validate-every x": (
        "2: Value error Error parsing --validate-every: it must be a whole number; got "
        "'x'. Argument helptext: --validate-every INT Number of updates between "
        "validations. (as published) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size 0": (
        "2: error: `--validation-size` must be a whole number, at least 1; got 0. Give "
        "an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size 7": (
        "2: error: `--validation-size` must be a multiple of the 11 conditions; got 7. "
        "Use 11."
    ),
    "ctrnn-jax train perceptual_decision --out run --validation-size x": (
        "2: Value error Error parsing --validation-size: it must be a whole number; "
        "got 'x'. Argument helptext: --validation-size INT Trials per validation; a "
        "multiple of the task's conditions. (as published) For full helptext, see "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion -1": (
        "2: error: `--criterion` must lie in [0, 1]; got -1.0. Give a fraction."
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion 85": (
        "2: error: `--criterion` must lie in [0, 1]; got 85.0. Give a fraction."
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion nan": (
        "2: error: `--criterion` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion 1": (
        "2: error: `--criterion` must be below 1; got 1.0. Performance is at most 1."
    ),
    "ctrnn-jax train perceptual_decision --out run --criterion x": (
        "2: Value error Error parsing --criterion: it must be a number; got 'x'. "
        "Argument helptext: --criterion FLOAT Training stops when the mean performance "
        "of the last validations, from 0 to 1, exceeds this. (as published) For full "
        "helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --patience 0": (
        "2: error: `--patience` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --patience x": (
        "2: Value error Error parsing --patience: it must be a whole number; got 'x'. "
        "Argument helptext: --patience INT Stop after this number of validations in a "
        "row without an improvement. (off) For full helptext, see ctrnn-jax train "
        "--help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-every 0": (
        "2: error: `--checkpoint-every` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-every x": (
        "2: Value error Error parsing --checkpoint-every: it must be a whole number; "
        "got 'x'. Argument helptext: --checkpoint-every INT Number of updates between "
        "checkpoints, from the last of which `ctrnn-jax resume` continues. (no "
        "checkpoints) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds 0": (
        "2: error: `--checkpoint-seconds` must be positive; got 0. For example 600."
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds nan": (
        "2: error: `--checkpoint-seconds` must be positive; got nan. For example 600."
    ),
    "ctrnn-jax train perceptual_decision --out run --checkpoint-seconds x": (
        "2: Value error Error parsing --checkpoint-seconds: it must be a number; got "
        "'x'. Argument helptext: --checkpoint-seconds FLOAT Seconds between "
        "checkpoints. (no checkpoints) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed -1": (
        "2: error: `--seed` must be a whole number, at least 0; got -1. Give an int."
    ),
    "ctrnn-jax train perceptual_decision --out run --seed x": (
        "2: Value error Error parsing --seed: it must be a whole number; got 'x'. "
        "Argument helptext: --seed INT Seed of weights, trials and noise. (default: 0) "
        "For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed 0.5": (
        "2: Value error Error parsing --seed: it must be a whole number; got '0.5'. "
        "Argument helptext: --seed INT Seed of weights, trials and noise. (default: 0) "
        "For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate 0": (
        "2: error: `--learning-rate` must be positive; got 0. 0.005 is usual."
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate -1": (
        "2: error: `--learning-rate` must be positive; got -1. 0.005 is usual."
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate nan": (
        "2: error: `--learning-rate` must be positive; got nan. 0.005 is usual."
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rate x": (
        "2: Value error Error parsing --learning-rate: it must be a number; got 'x'. "
        "Argument helptext: --learning-rate FLOAT Learning rate of the optimiser. (as "
        "published) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --noise -1": (
        "2: error: `--noise` must not be negative; got -1. It is a standard deviation."
    ),
    "ctrnn-jax train perceptual_decision --out run --noise nan": (
        "2: error: `--noise` must not be negative; got nan. It is a standard deviation."
    ),
    "ctrnn-jax train perceptual_decision --out run --noise x": (
        "2: Value error Error parsing --noise: it must be a number; got 'x'. Argument "
        "helptext: --noise FLOAT Standard deviation (sigma) of the recurrent noise, as "
        "the publication defines it. (as published) For full helptext, see ctrnn-jax "
        "train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --network rdm_dens": (
        "2: error: `--network` must be a known name; got 'rdm_dens'. Did you mean "
        "'rdm_dense'? The options are 'rdm_dense', 'rdm_fixed', 'rdm_nodale'."
    ),
    "ctrnn-jax train perceptual_decision --out run --config missing.toml": (
        "2: error: `--config` must be a file that can be read; got missing.toml (No "
        "such file or directory). Name a TOML file."
    ),
    "ctrnn-jax train perceptual_decision --out run --config file": (
        "2: error: file must be a TOML file: Expected '=' after a key in a key/value "
        "pair (at end of document)."
    ),
    "ctrnn-jax train perceptual_decision --out run --config empty": (
        "2: error: `--config` must be a file that can be read; got empty (Is a "
        "directory). Name a TOML file."
    ),
    "ctrnn-jax train perceptual_decision --out run --published yes": (
        "2: Unrecognized options Unrecognized options: yes For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --stop no": (
        "2: Unrecognized options Unrecognized options: no For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --coordinator h:1": (
        "2: error: `--coordinator, --processes and --process-index` must be left out; "
        "got them without --distributed. Add --distributed."
    ),
    "ctrnn-jax train perceptual_decision --out run --processes 2": (
        "2: error: `--coordinator, --processes and --process-index` must be left out; "
        "got them without --distributed. Add --distributed."
    ),
    "ctrnn-jax train perceptual_decision --out run --process-index 1": (
        "2: error: `--coordinator, --processes and --process-index` must be left out; "
        "got them without --distributed. Add --distributed."
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --coordinator h": (
        "2: error: `--coordinator, --processes and --process-index` must be given "
        "together, or none of them; got some. Give all three, or none on a cluster "
        "that JAX detects."
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --processes 2": (
        "2: error: `--coordinator, --processes and --process-index` must be given "
        "together, or none of them; got some. Give all three, or none on a cluster "
        "that JAX detects."
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --dry-run": (
        "2: error: `--dry-run` must be used with one process; got --distributed. Drop "
        "one of them."
    ),
    (
        "ctrnn-jax train perceptual_decision --out run --distributed --processes 2 "
        "--process-index 2 --coordinator localhost:1"
    ): (
        "2: error: `--process-index` must be below 2, the number of processes; got 2. "
        "It counts from 0."
    ),
    "ctrnn-jax train perceptual_decision --out run --distributed --processes x": (
        "2: Value error Error parsing --processes: it must be a whole number; got 'x'. "
        "Argument helptext: --processes INT Number of processes, with --coordinator. "
        "(optional) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --no-stop --patience 3": (
        "2: error: `--patience` must be left out with --no-stop; got 3. Drop one."
    ),
    "ctrnn-jax train perceptual_decision --out run --out again": (
        "2: error: `--out` must be given once; got it 2 times. Drop the others."
    ),
    "ctrnn-jax train perceptual_decision --out run --steps 9 --validate-every 10": (
        "2: error: `--validate-every` must be at most the 9 updates, as the criterion "
        "needs a validation; got 10. Validate more often, or use --no-stop without "
        "--restore-best."
    ),
    (
        "ctrnn-jax train perceptual_decision --out run --restore-best --no-stop "
        "--steps 9 --validate-every 10"
    ): (
        "2: error: `--validate-every` must be at most the 9 updates, as --restore-best "
        "needs a validation; got 10. Validate more often, or use --no-stop without "
        "--restore-best."
    ),
    "ctrnn-jax train perceptual_decision --out run --restore-best yes": (
        "2: Unrecognized options Unrecognized options: yes For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --overwrite file": (
        "2: Unrecognized options Unrecognized options: file For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --dry-run 3": (
        "2: Unrecognized options Unrecognized options: 3 For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --cache no": (
        "2: Unrecognized options Unrecognized options: no For full helptext, run "
        "ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --seed 1 --seed 2": (
        "2: error: `--seed` must be given once; got it 2 times. Drop the others."
    ),
    "ctrnn-jax train perceptual_decision --out run --learning-rat 0.1": (
        "2: error: `--learning-rat` must be an option of train; got an unknown name. "
        "Did you mean --learning-rate? See ctrnn-jax train --help."
    ),
    "ctrnn-jax train perceptual_decision --out run --optimizer adam": (
        "2: error: `--optimizer` must be an option of train; got an unknown name. See "
        "ctrnn-jax train --help."
    ),
    "ctrnn-jax train perceptual_decision --out run --steps": (
        "2: Missing argument Missing value for argument '--steps'. Expected 1 values. "
        "For full helptext, run ctrnn-jax train --help"
    ),
    "ctrnn-jax train fdgo --network rdm_dense --out run": (
        "2: error: `--network` must be a known name; got 'rdm_dense'. The options are "
        "'yang2019'."
    ),
    "ctrnn-jax train perceptual_decision --out file --steps 5": (
        "2: error: `--out` must be a folder; got the file file. Name another."
    ),
    "ctrnn-jax train perceptual_decision --out file/run --steps 5": (
        "2: error: `--out` must be a folder that can be written; got file/run "
        "(file/run: Not a directory). Name another, or change its permissions."
    ),
    "ctrnn-jax sweep perceptual_decision --out run": (
        "2: Required options Missing from ctrnn-jax sweep: --seeds [INT [INT ...]] "
        "Seeds of weights, trials and noise, one network for each: --seeds 0 1 2, or "
        "--seeds $(seq 0 23). "
        "(required) For full helptext, run: ctrnn-jax sweep --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds": (
        "2: error: `--seeds` must hold at least one; got none. For example --seeds 0 1 "
        "2."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds a": (
        "2: Value error Error parsing --seeds: it must be a whole number; got 'a'. "
        "Argument helptext: --seeds [INT [INT ...]] Seeds of weights, trials and "
        "noise, one network for each: --seeds 0 1 2, or --seeds $(seq 0 23). "
        "(required) For full helptext, see "
        "ctrnn-jax sweep --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0-23": (
        "2: Value error Error parsing --seeds: it must be a whole number; got '0-23'. "
        "A range is $(seq 0 23) in a shell. Argument helptext: --seeds [INT [INT ...]] "
        "Seeds of weights, trials and noise, one network for each: --seeds 0 1 2, or "
        "--seeds $(seq 0 23). (required) For full helptext, see ctrnn-jax sweep --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --noise 0.02 2e-1": (
        "2: error: `--noise` must have one number in train; got 0.02 2e-1. Train "
        "several networks with ctrnn-jax sweep."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 0": (
        "2: error: `--seeds` must name each value once; got (0, 0). Drop the others."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds -1": (
        "2: error: `--seeds` must be a whole number, at least 0; got -1. Give an int."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0.5": (
        "2: Value error Error parsing --seeds: it must be a whole number; got '0.5'. "
        "Argument helptext: --seeds [INT [INT ...]] Seeds of weights, trials and "
        "noise, one network for each: --seeds 0 1 2, or --seeds $(seq 0 23). "
        "(required) For full helptext, see "
        "ctrnn-jax sweep --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --noise -1": (
        "2: error: `--noise` must not be negative; got -1. It is a standard deviation."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --noise x": (
        "2: Value error Error parsing --noise: it must be a number; got 'x'. Argument "
        "helptext: --noise [FLOAT [FLOAT ...]] Standard deviations (sigma) of the "
        "recurrent noise, as the publication defines it. (as published) For full "
        "helptext, see ctrnn-jax sweep --help"
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau 0": (
        "2: error: `--tau` must be positive; got 0. It is in ms."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau 10": (
        "2: error: `--tau` must be at least the time step of 20 ms; got 10.0. Use "
        "longer time constants."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --tau nan": (
        "2: error: `--tau` must be positive; got nan. It is in ms."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --learning-rate 0": (
        "2: error: `--learning-rate` must be positive; got 0. 0.005 is usual."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --learning-rate 1e-3 "
        "1e-3"
    ): (
        "2: error: `--learning-rate` must name each value once; got (0.001, 0.001). "
        "Drop the others."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set x": (
        "2: error: `--set` must be task.NAME=VALUE or loss.NAME=VALUE; got 'x'. For "
        "example --set task.delay=500; a list is 1,2,3."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set loss.x=1": (
        "2: error: `--set` must name a penalty of the loss; got 'loss.x'. "
        "'perceptual_decision' has omega with --published. To add a penalty, train in "
        "Python with cj.fit(..., loss=cj.Loss(rates=cj.penalties.RateL2(0.1)))."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.nothing=1": (
        "2: error: `--set task.` must be a known name; got 'nothing'. Did you mean "
        "'high'? The options are 'low', 'high', 'baseline', 'sigma_in', 'tau_in', "
        "'fixation', 'catch', 'catch_probability', 'coherences', 'stimulus', "
        "'decision'."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.dt=10": (
        "2: error: `--set task.dt` must be left out of --set; got task.dt=10. Use --dt."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.low=a": (
        "2: error: `--set` must have numbers after =; got 'task.low=a'. For example "
        "0.1,0.2 in a sweep."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.low=": (
        "2: error: `--set` must be task.NAME=VALUE or loss.NAME=VALUE; got "
        "'task.low='. For example --set task.delay=500; a list is 1,2,3."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set task.low=1 "
        "--set task.low=2"
    ): ("2: error: `--set` must name 'task.low' once; got task.low=2. Drop one."),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --at-once 0": (
        "2: error: `--at-once` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --distributed": (
        "2: error: `--distributed` must be an option of sweep; got an unknown name. It "
        "is one of: train, resume. See ctrnn-jax sweep --help."
    ),
    "ctrnn-jax resume": (
        "2: Required options Missing from ctrnn-jax resume: FOLDER Folder of the run. "
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
        "2: Required options Missing from ctrnn-jax status: FOLDER Folder of the run. "
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
    "ctrnn-jax status net.safetensors": (
        "2: error: `folder` must be the folder of a run; got the file net.safetensors. "
        "Of a file of cj.save, print cj.summary(cj.load(path)) in Python."
    ),
    "ctrnn-jax status file": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax analyse": (
        "2: Required options Missing from ctrnn-jax analyse: FOLDER Folder of the run. "
        "(required) For full helptext, run: ctrnn-jax analyse --help"
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
        "2: error: `--steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax resume empty --steps x": (
        "2: Value error Error parsing --steps: it must be a whole number; got 'x'. "
        "Argument helptext: --steps INT Largest number of updates of the whole run; a "
        "larger number extends the run. (optional) For full helptext, see ctrnn-jax "
        "resume --help"
    ),
    "ctrnn-jax resume empty --processes 2": (
        "2: error: `--coordinator, --processes and --process-index` must be left out; "
        "got them without --distributed. Add --distributed."
    ),
    "ctrnn-jax status empty --json 3": (
        "2: Unrecognized options Unrecognized options: 3 For full helptext, run "
        "ctrnn-jax status --help"
    ),
    "ctrnn-jax analyse empty --member -1": (
        "2: error: `--member` must be a whole number, at least 0; got -1. Give an int."
    ),
    "ctrnn-jax analyse empty --member x": (
        "2: Value error Error parsing --member: it must be a whole number; got 'x'. "
        "Argument helptext: --member INT Only for a sweep: the index of a network, as "
        "in members.json. (optional) For full helptext, see ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse empty --candidates 0": (
        "2: error: `--candidates` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "ctrnn-jax analyse empty --candidates x": (
        "2: Value error Error parsing --candidates: it must be a whole number; got "
        "'x'. Argument helptext: --candidates INT Number of states from which "
        "--fixed-points starts its search. (default: 1024) For full helptext, see "
        "ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse empty --steps 0": (
        "2: error: `--steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax analyse empty --steps x": (
        "2: Value error Error parsing --steps: it must be a whole number; got 'x'. "
        "Argument helptext: --steps INT Number of time steps over which --lyapunov "
        "measures exponents. (default: 4000) For full helptext, see ctrnn-jax analyse "
        "--help"
    ),
    "ctrnn-jax analyse empty --trials 0": (
        "2: error: `--trials` must be a whole number, at least 1; got 0. Give an int."
    ),
    "ctrnn-jax analyse empty --trials x": (
        "2: Value error Error parsing --trials: it must be a whole number; got 'x'. "
        "Argument helptext: --trials INT Approximate number of trials in which the "
        "network is analysed. (default: 500) For full helptext, see ctrnn-jax analyse "
        "--help"
    ),
    "ctrnn-jax analyse empty --seed -1": (
        "2: error: `--seed` must be a whole number, at least 0; got -1. Give an int."
    ),
    "ctrnn-jax analyse empty --seed x": (
        "2: Value error Error parsing --seed: it must be a whole number; got 'x'. "
        "Argument helptext: --seed INT Seed of trials, noise and candidates. (default: "
        "0) For full helptext, see ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse empty --level nan": (
        "2: error: `--level` must be finite; got nan. Replace NaN and infinity."
    ),
    "ctrnn-jax analyse empty --level x": (
        "2: Value error Error parsing --level: it must be a number; got 'x'. Argument "
        "helptext: --level FLOAT Freeze inputs at the median of trials with this level "
        "of the condition. (all trials) For full helptext, see ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse empty --inputs inf": (
        "2: error: `--inputs` must be finite; got inf. Replace NaN and infinity."
    ),
    "ctrnn-jax analyse empty --inputs 1 x": (
        "2: Value error Error parsing --inputs: it must be a number; got 'x'. Argument "
        "helptext: --inputs [FLOAT [FLOAT ...]] Freeze inputs at these values, one for "
        "each channel. (their median) For full helptext, see ctrnn-jax analyse --help"
    ),
    "ctrnn-jax analyse empty --level 1 --inputs 3": (
        "2: error: `--inputs` must be left out with a level; got (3.0,). Give one of "
        "them."
    ),
    "ctrnn-jax analyse empty --fixed-point": (
        "2: error: `--fixed-point` must be an option of analyse; got an unknown name. "
        "Did you mean --fixed-points? See ctrnn-jax analyse --help."
    ),
    "ctrnn-jax tasks perceptual_desicion": (
        "2: error: `task` must be a known name; got 'perceptual_desicion'. Did you "
        "mean 'perceptual_decision'?"
    ),
    "ctrnn-jax tasks fdgo --picture x.pdf": (
        "2: error: `--picture` must end in .png; got x.pdf. Name a PNG file."
    ),
    "ctrnn-jax tasks fdgo --picture missing/x.png": (
        "2: error: `--picture` must be in a folder that exists; got missing/x.png. "
        "Make the folder first."
    ),
    "ctrnn-jax tasks fdgo reactgo": (
        "2: Unrecognized options Unrecognized options: reactgo For full helptext, run "
        "ctrnn-jax tasks --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.delay=500": (
        "2: error: `--set task.` must be a known name; got 'delay'. The options are "
        "'low', 'high', 'baseline', 'sigma_in', 'tau_in', 'fixation', 'catch', "
        "'catch_probability', 'coherences', 'stimulus', 'decision'."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus=505": (
        "2: error: `stimulus` must be a multiple of dt = 20 ms; got 505 ms. The "
        "nearest is 500 ms."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus=long": (
        "2: error: `stimulus` must be a number; got 'long'. Give an int or a float."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus=1,2": (
        "2: error: `stimulus` must be a number; got (1.0, 2.0). Give an int or a float."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.coherences=120": (
        "2: error: `coherences` must lie in [0, 100]; got 120. Give coherences in "
        "percent."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.coherences=a,b": (
        "2: error: `coherences` must be a list of numbers; got ('a', 'b'). Give "
        "coherences in percent."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.catch_probability=2": (
        "2: error: `catch_probability` must lie in [0, 1]; got 2. It is a probability."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.dt=10": (
        "2: error: `--set task.dt` must be left out of --set; got task.dt=10. Use --dt."
    ),
    "ctrnn-jax train perceptual_decision --out run --set delay=500": (
        "2: error: `--set` must be task.NAME=VALUE or loss.NAME=VALUE; got "
        "'delay=500'. Did you mean --set task.delay=500?"
    ),
    "ctrnn-jax train perceptual_decision --out run --set learning_rate=0.1": (
        "2: error: `--set` must be task.NAME=VALUE or loss.NAME=VALUE; got "
        "'learning_rate=0.1'. Did you mean --learning-rate 0.1?"
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.learning_rate=0.1": (
        "2: error: `--set task.learning_rate` must be left out of --set; got "
        "task.learning_rate=0.1. Use --learning-rate."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus 500": (
        "2: error: `--set` must be NAME=VALUE without a space; got 'task.stimulus "
        "500'. Write --set task.stimulus=500."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus=500-900": (
        "2: error: `--set` must have a number or a list after =; got "
        "'task.stimulus=500-900'. Write task.stimulus=500,900 if the option takes "
        "several numbers, as `ctrnn-jax tasks NAME` shows."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus=500ms": (
        "2: error: `--set` must have a number without a unit; got "
        "'task.stimulus=500ms'. Durations are in ms."
    ),
    "ctrnn-jax train perceptual_decision --out run --set task.stimulus": (
        "2: error: `--set` must be task.NAME=VALUE or loss.NAME=VALUE; got "
        "'task.stimulus'. For example --set task.delay=500; a list is 1,2,3."
    ),
    (
        "ctrnn-jax train perceptual_decision --out run --set task.stimulus=500 --set "
        "task.stimulus=600"
    ): (
        "2: error: `--set` must name 'task.stimulus' once; got task.stimulus=600. Drop "
        "one."
    ),
    "ctrnn-jax train perceptual_decision --out run --set loss.rates=1": (
        "2: error: `--set` must name a penalty of the loss; got 'loss.rates'. "
        "'perceptual_decision' has omega with --published. To add a penalty, train in "
        "Python with cj.fit(..., loss=cj.Loss(rates=cj.penalties.RateL2(0.1)))."
    ),
    "ctrnn-jax train integrator --out run --set loss.rates=1": (
        "2: error: `--set` must name a penalty of the loss; got 'loss.rates'. "
        "'integrator' has none. To add a penalty, train in Python with cj.fit(..., "
        "loss=cj.Loss(rates=cj.penalties.RateL2(0.1)))."
    ),
    "ctrnn-jax train dms --out run --set loss.rates=1,2": (
        "2: error: `--set loss.rates` must be one number without a sweep; got (1.0, "
        "2.0). Use ctrnn-jax sweep for several."
    ),
    "ctrnn-jax train dms --out run --set loss.rates=-1": (
        "2: error: `--set loss.rates` must not be negative; got -1. It is the weight "
        "of a penalty."
    ),
    "ctrnn-jax train dms --out run --set loss.rate=1": (
        "2: error: `--set` must name a penalty of the loss; got 'loss.rate'. Did you "
        "mean 'loss.rates'? 'dms' has rates. To add a penalty, train in Python with "
        "cj.fit(..., loss=cj.Loss(rates=cj.penalties.RateL2(0.1)))."
    ),
    "ctrnn-jax train dms --out run --set loss.rates=a": (
        "2: error: `--set` must have numbers after =; got 'loss.rates=a'. For example "
        "0.1,0.2 in a sweep."
    ),
    "ctrnn-jax train yang2019 --out run --set task.easy=maybe": (
        "2: error: `easy` must be True or False; got 'maybe'. Give a boolean."
    ),
    "ctrnn-jax train yang2019 --out run --set task.loss=lqs": (
        "2: error: `loss` must be a known name; got 'lqs'. Did you mean 'lsq'? The "
        "options are 'lsq', 'softmax'."
    ),
    "ctrnn-jax train fdgo --out run --set task.rules=dm1": (
        "2: error: `--set task.` must be a known name; got 'rules'. The options are "
        "'weights', 'loss', 'sigma_x', 'tau', 'easy', 'one_rule_per_batch'."
    ),
    "ctrnn-jax train perceptual_decision --out run --dt 0": (
        "2: error: `--dt` must be positive; got 0. It is in ms."
    ),
    "ctrnn-jax train perceptual_decision --out run --dt 30": (
        "2: error: `--dt` must divide the durations of the task; got 30 ms, where "
        "fixation = 100 ms. For example 10, 12.5, 20, 25, 50, 100 ms."
    ),
    "ctrnn-jax train perceptual_decision --out run --dt x": (
        "2: Value error Error parsing --dt: it must be a number; got 'x'. Argument "
        "helptext: --dt FLOAT Time step of the task and the network, in ms. (as "
        "published) For full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --tau 0": (
        "2: error: `--tau` must be positive; got 0. It is in ms."
    ),
    "ctrnn-jax train perceptual_decision --out run --tau 10": (
        "2: error: `--tau` must be at least the time step of 20 ms; got 10.0. Use "
        "longer time constants."
    ),
    "ctrnn-jax train perceptual_decision --out run --tau x": (
        "2: Value error Error parsing --tau: it must be a number; got 'x'. Argument "
        "helptext: --tau FLOAT Time constant of the units, in ms. (as published) For "
        "full helptext, see ctrnn-jax train --help"
    ),
    "ctrnn-jax train missing.py:Task --out run": (
        "2: error: `task` must name a file that can be read; got missing.py (No such "
        "file or directory). Correct the path."
    ),
    "ctrnn-jax train missing.py --out run": (
        "2: error: `task` must name a part of the file; got 'missing.py'. Write "
        "PATH/FILE.py:NAME, with the name of a class or function."
    ),
    "ctrnn-jax train perceptual_decision --out run --network missing.py:make": (
        "2: error: `--network` must name a file that can be read; got missing.py (No "
        "such file or directory). Correct the path."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set "
        "task.stimulus=400,800"
    ): (
        "2: error: `--set` must have one value for 'stimulus', which all networks "
        "share; got task.stimulus=400,800. Start a sweep for each value."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --set "
        "task.sigma_in=0.1,-1"
    ): (
        "2: error: `sigma_in` must not be negative; got -1. It is a standard deviation."
    ),
    "ctrnn-jax resume empty --task own.py:Task": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax analyse empty --task own.py:Task": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax tasks missing.py:Task": (
        "2: error: `task` must name a file that can be read; got missing.py (No such "
        "file or directory). Correct the path."
    ),
    "ctrnn-jax tasks --picture x.png": (
        "2: error: `--picture` must be given with the name of a task; got x.png. Add "
        "the name."
    ),
    "ctrnn-jax doctor now": (
        "2: Unrecognized options Unrecognized options: now For full helptext, run "
        "ctrnn-jax doctor --help"
    ),
    "ctrnn-jax doctor --jso": (
        "2: error: `--jso` must be an option of doctor; got an unknown name. Did you "
        "mean --json? See ctrnn-jax doctor --help."
    ),
    "ctrnn-jax doctor --json 3": (
        "2: Unrecognized options Unrecognized options: 3 For full helptext, run "
        "ctrnn-jax doctor --help"
    ),
    "ctrnn-jax completion": (
        "2: Required options Missing from ctrnn-jax completion: SHELL The shell: bash, "
        "zsh or fish. (required) For full helptext, run: ctrnn-jax completion --help"
    ),
    "ctrnn-jax completion tcsh": (
        "2: Invalid choice invalid choice 'tcsh' for argument 'shell'. Expected one of "
        "('bash', 'zsh', 'fish'). For full helptext, run ctrnn-jax completion --help"
    ),
    "ctrnn-jax completion bash zsh": (
        "2: Unrecognized options Unrecognized options: zsh For full helptext, run "
        "ctrnn-jax completion --help"
    ),
    "ctrnn-jax complete bash": (
        "2: error: `command` must be a known name; got 'complete'. Did you mean "
        "'completion'? The options are 'train', 'resume', 'sweep', 'join', 'status', "
        "'summary', 'analyse', 'report', 'tasks', 'doctor', 'completion'."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --share 2": (
        "2: error: `--share` must be K/N, with K from 1 to N; got 2. For example 3/8 "
        "is the third of eight shares."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 --share 0/2": (
        "2: error: `--share` must be K/N, with K from 1 to N; got 0/2. For example 3/8 "
        "is the third of eight shares."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --share 3/2": (
        "2: error: `--share` must be K/N, with K from 1 to N; got 3/2. For example 3/8 "
        "is the third of eight shares."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --share 3/4": (
        "2: error: `--share` must be one of at most 2 shares, one for each network; "
        "got 3/4. Each job trains at least one."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --share 1/2 "
        "--slurm-array"
    ): (
        "2: error: `--slurm-array` must be left out with --share; got both. Drop one "
        "of them."
    ),
    (
        "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --share 1/2 "
        "--job-script 2"
    ): (
        "2: error: `--job-script` must be left out with --share; got both. Drop one of "
        "them."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --slurm-array": (
        "2: error: `--slurm-array` must be used in a Slurm job array; got "
        "SLURM_ARRAY_TASK_ID ''. Submit it with sbatch --array=1-2, or with fewer "
        "tasks, or use --share K/N."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --job-script 3": (
        "2: error: `--job-script` must be at most the 2 networks; got 3. Each job "
        "trains at least one."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --job-script 0": (
        "2: error: `--job-script` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "ctrnn-jax sweep perceptual_decision --out run --seeds 0 1 --job-script x": (
        "2: Value error Error parsing --job-script: it must be a whole number; got "
        "'x'. Argument helptext: --job-script INT Print a Slurm job script that trains "
        "the sweep in this number of jobs. (optional) For full helptext, see ctrnn-jax "
        "sweep --help"
    ),
    "ctrnn-jax join": (
        "2: Required options Missing from ctrnn-jax join: OUT Folder that the jobs got "
        "as --out. (required) For full helptext, run: ctrnn-jax join --help"
    ),
    "ctrnn-jax join missing": (
        "2: error: `out` must hold shares of a sweep; got missing without any. Train "
        "them: ctrnn-jax sweep TASK --out missing --share 1/8, and so on."
    ),
    "ctrnn-jax join empty": (
        "2: error: `out` must hold shares of a sweep; got empty without any. Train "
        "them: ctrnn-jax sweep TASK --out empty --share 1/8, and so on."
    ),
    "ctrnn-jax join file": (
        "2: error: `out` must hold shares of a sweep; got file without any. Train "
        "them: ctrnn-jax sweep TASK --out file --share 1/8, and so on."
    ),
    "ctrnn-jax summary": (
        "2: Required options Missing from ctrnn-jax summary: FOLDER Folder of the run. "
        "(required) For full helptext, run: ctrnn-jax summary --help"
    ),
    "ctrnn-jax summary missing": (
        "2: error: `folder` must be the folder of a run; got missing, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax summary empty --member -1": (
        "2: error: `--member` must be a whole number, at least 0; got -1. Give an int."
    ),
    "ctrnn-jax summary file --json": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax report": (
        "2: error: `folders` must name at least one run; got none. For example "
        "ctrnn-jax report runs/a runs/b."
    ),
    "ctrnn-jax report missing": (
        "2: error: `folder` must be the folder of a run; got missing, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax report empty": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax report file empty --out page.html": (
        "2: error: `folder` must be the folder of a run; got file, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax report empty --colour red": (
        "2: error: `--colour` must be an option of report; got an unknown name. See "
        "ctrnn-jax report --help."
    ),
    "ctrnn-jax train flip_flop --out run --format gif": (
        "2: Invalid choice invalid choice 'gif' for argument '--format'. Expected one "
        "of ('png', 'pdf', 'svg'). For full helptext, run ctrnn-jax train --help"
    ),
    "ctrnn-jax train perceptual_decision --out run --format gif": (
        "2: Invalid choice invalid choice 'gif' for argument '--format'. Expected one "
        "of ('png', 'pdf', 'svg'). For full helptext, run ctrnn-jax train --help"
    ),
    "ctrnn-jax resume empty --format gif": (
        "2: Invalid choice invalid choice 'gif' for argument '--format'. Expected one "
        "of ('png', 'pdf', 'svg'). For full helptext, run ctrnn-jax resume --help"
    ),
    "ctrnn-jax train flip_flop -o run": (
        "2: error: `-o` must be an option of train; got an unknown name. Did you mean "
        "--out? See ctrnn-jax train --help."
    ),
    "ctrnn-jax --versoin": (
        "2: Unrecognized options Unrecognized options: --versoin Available "
        "subcommands: train, resume, sweep, join, status, summary, analyse, report, "
        "tasks, doctor, completion For full helptext, run ctrnn-jax --help"
    ),
    "ctrnn-jax summary empty --network missing.py:make": (
        "2: error: `folder` must be the folder of a run; got empty, which has no "
        "config.json. Start one with ctrnn-jax train."
    ),
    "ctrnn-jax train dms.DelayedMatch --out run": (
        "2: error: `task` must be a known name; got 'dms.DelayedMatch'. For a task in "
        "a file write PATH/FILE.py:NAME."
    ),
}
