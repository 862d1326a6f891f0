"""Code of the user's files, which runs only if the command line names it."""

from ._load import (
    is_file as is_file,
    load as load,
    Loaded as Loaded,
    parts_of as parts_of,
)
from ._tracebacks import explained as explained
