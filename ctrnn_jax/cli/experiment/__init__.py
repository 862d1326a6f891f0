"""The task, the network and the recipe that a command names."""

from ._choose import choose as choose
from ._code import (
    changed_files as changed_files,
    check_unchanged as check_unchanged,
    Code as Code,
    code_again as code_again,
    code_of as code_of,
    digests_in as digests_in,
    NO_CODE as NO_CODE,
)
from ._defaults import (
    defaults_of as defaults_of,
    network_numbers as network_numbers,
    published_texts as published_texts,
)
from ._option_table import Option as Option, options_of as options_of
from ._source import (
    recipe_of as recipe_of,
    recipe_of_task as recipe_of_task,
    Source as Source,
    source_of as source_of,
)
