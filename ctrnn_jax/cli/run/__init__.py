"""The commands that train: train, sweep, resume, status."""

from ._build import set_up as set_up, Setup as Setup, task_of as task_of
from ._earlier_run import EARLIER_RUN as EARLIER_RUN
from ._finish import balanced_size as balanced_size
from ._folder import (
    ANALYSIS as ANALYSIS,
    check_no_links as check_no_links,
    has_earlier_run as has_earlier_run,
    MEMBERS as MEMBERS,
    NETWORK as NETWORK,
    save_picture as save_picture,
    write_json as write_json,
)
from ._progress import printer as printer
from ._settings import (
    config_of as config_of,
    read_json as read_json,
    settings_from as settings_from,
)
from ._status import status as status
from ._train import resume as resume, sweep as sweep, train as train
from ._units import (
    count_uninhibited as count_uninhibited,
    describe_units as describe_units,
)
