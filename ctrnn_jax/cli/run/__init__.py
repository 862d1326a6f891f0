"""The commands that train: train, sweep, resume, status."""

from ._build import (
    keys_of as keys_of,
    set_up as set_up,
    Setup as Setup,
    task_of as task_of,
)
from ._earlier_run import EARLIER_RUN as EARLIER_RUN
from ._finish import balanced_size as balanced_size, ENDS as ENDS, tested as tested
from ._folder import (
    ANALYSIS as ANALYSIS,
    check_no_links as check_no_links,
    has_earlier_run as has_earlier_run,
    HISTORY as HISTORY,
    MEMBERS as MEMBERS,
    NETWORK as NETWORK,
    REPORT as REPORT,
    save_picture as save_picture,
    SUMMARY as SUMMARY,
    write_json as write_json,
)
from ._history import read_lines as read_lines
from ._progress import printer as printer
from ._settings import (
    config_of as config_of,
    kind_of as kind_of,
    members_in as members_in,
    read_json as read_json,
    Settings as Settings,
    settings_from as settings_from,
)
from ._status import status as status, status_of as status_of
from ._train import (
    resume as resume,
    sweep as sweep,
    train as train,
    WriteReport as WriteReport,
)
from ._units import (
    count_uninhibited as count_uninhibited,
    describe_units as describe_units,
    find_silent as find_silent,
)
