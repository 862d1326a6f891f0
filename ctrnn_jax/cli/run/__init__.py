"""The commands that train: train, resume; and what the folder of a run holds."""

from ._build import (
    answers as answers,
    keys_of as keys_of,
    load_network as load_network,
    set_up as set_up,
    Setup as Setup,
    simulated as simulated,
    task_of as task_of,
)
from ._finish import (
    balanced_size as balanced_size,
    end_in_words as end_in_words,
    ENDS as ENDS,
    exit_status as exit_status,
    summary_of_sweep as summary_of_sweep,
    tested as tested,
    write_sweep as write_sweep,
)
from ._folder import (
    ANALYSIS as ANALYSIS,
    check_no_links as check_no_links,
    CONFIG as CONFIG,
    CURVES as CURVES,
    finite as finite,
    has_run as has_run,
    HISTORY as HISTORY,
    HISTORY_TABLE as HISTORY_TABLE,
    MEMBERS as MEMBERS,
    NETWORK as NETWORK,
    NETWORKS as NETWORKS,
    REPORT as REPORT,
    RunFolder as RunFolder,
    save_picture as save_picture,
    save_pictures as save_pictures,
    share_folder as share_folder,
    share_folders as share_folders,
    SUMMARY as SUMMARY,
    write_json as write_json,
)
from ._history import (
    encoded_line as encoded_line,
    history_of as history_of,
    Line as Line,
    read_lines as read_lines,
)
from ._progress import printer as printer, showing as showing
from ._settings import (
    config_json as config_json,
    config_of as config_of,
    Entry as Entry,
    kind_of as kind_of,
    members_in as members_in,
    network_file as network_file,
    read_json as read_json,
    Settings as Settings,
    settings_from as settings_from,
)
from ._status import ending as ending, status as status, status_of as status_of
from ._train import resume as resume, train as train, WriteReport as WriteReport
from ._units import (
    count_uninhibited as count_uninhibited,
    describe_units as describe_units,
    find_silent as find_silent,
)
