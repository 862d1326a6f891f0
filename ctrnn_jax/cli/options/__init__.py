"""Command-line options, and reading them from TOML files."""

from ._command_line import flag_names as flag_names, words_of as words_of
from ._constructors import CONSTRUCTORS as CONSTRUCTORS
from ._form import (
    command_of as command_of,
    description_of as description_of,
    flags_of as flags_of,
    form_of as form_of,
)
from ._pictures import FORMATS as FORMATS, PictureFormat as PictureFormat
from ._read import (
    Analyse as Analyse,
    Completion as Completion,
    Doctor as Doctor,
    Report as Report,
    Shell as Shell,
    Status as Status,
    Summary as Summary,
    Tasks as Tasks,
)
from ._run import (
    Join as Join,
    Processes as Processes,
    Resume as Resume,
    Sweep as Sweep,
    Train as Train,
)
from ._toml import (
    defaults_from as defaults_from,
    file_in as file_in,
    value_of as value_of,
)
