"""What to cite for a run: the papers of its task and network, and the software."""

from ...tasks import families


_SONG = """@article{song2016training,
  title   = {Training Excitatory-Inhibitory Recurrent Neural Networks for Cognitive Tasks: A Simple and Flexible Framework},
  author  = {Song, H. Francis and Yang, Guangyu R. and Wang, Xiao-Jing},
  journal = {PLOS Computational Biology},
  volume  = {12},
  number  = {2},
  pages   = {e1004792},
  year    = {2016},
  doi     = {10.1371/journal.pcbi.1004792},
}"""  # noqa: E501

_YANG = """@article{yang2019task,
  title   = {Task representations in neural networks trained to perform many cognitive tasks},
  author  = {Yang, Guangyu Robert and Joglekar, Madhura R. and Song, H. Francis and Newsome, William T. and Wang, Xiao-Jing},
  journal = {Nature Neuroscience},
  volume  = {22},
  number  = {2},
  pages   = {297--306},
  year    = {2019},
  doi     = {10.1038/s41593-018-0310-2},
}"""  # noqa: E501

_MASSE = """@article{masse2019circuit,
  title   = {Circuit mechanisms for the maintenance and manipulation of information in working memory},
  author  = {Masse, Nicolas Y. and Yang, Guangyu R. and Song, H. Francis and Wang, Xiao-Jing and Freedman, David J.},
  journal = {Nature Neuroscience},
  volume  = {22},
  number  = {7},
  pages   = {1159--1167},
  year    = {2019},
  doi     = {10.1038/s41593-019-0414-3},
}"""  # noqa: E501

_PSYCHRNN = """@article{ehrlich2021psychrnn,
  title   = {PsychRNN: An Accessible and Flexible Python Package for Training Recurrent Neural Network Models on Cognitive Tasks},
  author  = {Ehrlich, Daniel B. and Stone, Jasmine T. and Brandfonbrener, David and Atanasov, Alexander and Murray, John D.},
  journal = {eNeuro},
  volume  = {8},
  number  = {1},
  year    = {2021},
  doi     = {10.1523/ENEURO.0427-20.2020},
}"""  # noqa: E501

_SUSSILLO = """@article{sussillo2013opening,
  title   = {Opening the Black Box: Low-Dimensional Dynamics in High-Dimensional Recurrent Neural Networks},
  author  = {Sussillo, David and Barak, Omri},
  journal = {Neural Computation},
  volume  = {25},
  number  = {3},
  pages   = {626--649},
  year    = {2013},
  doi     = {10.1162/NECO_a_00409},
}"""  # noqa: E501

_GOLUB = """@article{golub2018fixedpointfinder,
  title   = {FixedPointFinder: A Tensorflow toolbox for identifying and characterizing fixed points in recurrent neural networks},
  author  = {Golub, Matthew D. and Sussillo, David},
  journal = {Journal of Open Source Software},
  volume  = {3},
  number  = {31},
  pages   = {1003},
  year    = {2018},
  doi     = {10.21105/joss.01003},
}"""  # noqa: E501

_PAPERS = {
    "song2016": _SONG,
    "yang2019": _YANG,
    "masse2019": _MASSE,
    "psychrnn": _PSYCHRNN,
}
"""The paper of the tasks and the networks of a family."""


def citations(task: str, version: str, *, has_fixed_points: bool) -> tuple[str, ...]:
    """Return BibTeX entries for a run of a task with a version of this package."""
    family = next((name for name, tasks in families().items() if task in tasks), None)
    papers = [] if family not in _PAPERS else [_PAPERS[family]]
    if task == "flip_flop_discrete":
        papers.append(_GOLUB)
    if has_fixed_points or task == "flip_flop":
        papers.append(_SUSSILLO)
    software = (
        "@software{ctrnn_jax,\n"
        "  title   = {ctrnn\\_jax: continuous-time recurrent neural networks in JAX},\n"
        f"  version = {{{version}}},\n"
        "}"
    )
    return (*papers, software)
