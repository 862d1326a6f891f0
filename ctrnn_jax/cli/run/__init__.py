"""The commands that train: train, sweep, resume, status."""

from ._build import set_up_again as set_up_again
from ._folder import (
    ANALYSIS as ANALYSIS,
    finite as finite,
    MEMBERS as MEMBERS,
    NETWORK as NETWORK,
    write_json as write_json,
)
from ._pictures import save as save
from ._progress import printer as printer
from ._resume import resume as resume
from ._settings import (
    config_of as config_of,
    settings_from as settings_from,
    TrainSettings as TrainSettings,
)
from ._status import status as status
from ._sweep import sweep as sweep
from ._sweep_members import task_of as task_of
from ._train import train as train
