"""The reader's choices. Views read them; only the app writes them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any

import param

from explainer.model.activations import TRUNK
from explainer.model.edits import NORMS as BLOCK_NORMS
from explainer.model.edits import QKV, Mask
from explainer.model.sampling import Sampling
from explainer.state.roles import ROLES
from explainer.state.sweep import SWEEPS

# The parts that open for a closer look, the slots of views with `part`: those of the model in the order of computation.
PART_GROUPS = {
    "model": ("merges", "embedding", "layernorm", "qkv", "attention", "heads", "output", "mlp", "unembedding"),
    "experiments": ("whatif", "maps"),
    "reference": ("size", "vectors"),
}
PARTS = tuple(part for group in PART_GROUPS.values() for part in group)

MATRICES = QKV  # a head's three vectors
NORMS = (*BLOCK_NORMS, "ln_final")
STAGES = ("scores", "scaled", "masked", "softmax", "values")  # of attention, in the order of computation
ORDERS = ("place", "size")  # of neurons: as the model has them, or the strongest first
SHOWS = ("changed", "original", "difference")  # what figures show of a changed model
MEASURES = (*ROLES, *SWEEPS)  # what the map of the heads shows: a role, or a sweep
# The choices that any view's data may repeat, so that the page starts where the reader left off. (The names of the others
# mean something else there: `shows`, `other` ...)
MIRRORED = (
    "token",
    "head",
    "block",
    "point",
    "part",
    "entry",
    "matrix",
    "norm",
    "key",
    "stage",
    "sink",
    "heads",
    "rows",
    "merge",
    "neuron",
    "order",
    "candidate",
)
ALTERS = ("edits", "mask", "other")  # the choices that change the model
LONG = ("prompt", "other", "edits")  # texts of any length, of which the last MAX_PROMPT characters are kept

MAX_FIND = 100  # characters of a search
MAX_PROMPT = 100_000  # characters kept; the model's context is far shorter

# Any of State's choices by name, as messages hold them; explainer.export.build.contract writes their names and kinds.
Choices = Annotated[dict[str, Any], "Choices"]


class State(param.Parameterized):
    """The reader's choices: prompt, model, selection, sampling. `token`, `block` and `head` count from 0; token -1 is the last.

    A block or head that the model lacks stands for its last one; the defaults show more than the first ones would.
    """

    prompt = param.String(default="")
    model = param.String(default="")
    block = param.Integer(default=3, bounds=(0, None))
    head = param.Integer(default=2, bounds=(0, None))
    token = param.Integer(default=-1, bounds=(-1, None))
    part: Any = param.Selector(default="attention", objects=["", *PARTS], doc="the part of the model that is open, if any")
    point: Any = param.Selector(default="resid_post", objects=list(TRUNK))
    entry = param.Integer(default=0, bounds=(0, None), doc="the opened entry of a vector")
    matrix: Any = param.Selector(default="q", objects=list(MATRICES), doc="which of a head's three vectors is opened")
    norm: Any = param.Selector(default="ln1", objects=list(NORMS), doc="the LayerNorm that is opened")
    key = param.Integer(default=-1, bounds=(-1, None), doc="the key of the opened cell, -1 the strongest")
    stage: Any = param.Selector(default="softmax", objects=list(STAGES), doc="the step of attention that is opened")
    sink = param.Boolean(default=False, doc="leave out the first token's weight and share it among the others")
    heads = param.String(
        default="", regex=r"^([0-9]+\.[0-9]+(,[0-9]+\.[0-9]+)*)?\Z", doc="heads that are averaged: block.head,block.head ..."
    )
    rows = param.String(default="", regex=r"^([0-9]+-[0-9]+)?\Z", doc="queries that are averaged: first-last")
    merge = param.Integer(default=-1, bounds=(-1, None), doc="merges of the word that are done, -1 for all")
    neuron = param.Integer(default=-1, bounds=(-1, None), doc="the opened neuron, -1 the strongest")
    order: Any = param.Selector(default="place", objects=list(ORDERS), doc="neurons in place or sorted")
    find = param.String(default="", regex=rf"^.{{0,{MAX_FIND}}}\Z", doc="the token that is looked for")
    candidate = param.Integer(default=-1, bounds=(-1, None), doc="the token whose logit is opened, -1 the likeliest")
    k = param.Integer(default=12, bounds=(1, 200), doc="how many candidates are listed")
    listed = param.Integer(default=16, bounds=(16, 512), doc="how many candidates the draw lists")
    temperature = param.Number(default=0.8, bounds=(0, 10), doc="0 takes the likeliest, as greedy does")
    top_k = param.Integer(default=40, bounds=(0, None), doc="tokens kept, 0 for all")
    top_p = param.Number(default=1.0, bounds=(0, 1), doc="probability kept, 1 for all")
    greedy = param.Boolean(default=False)
    seed = param.Integer(default=2, bounds=(0, 2**32 - 1))
    edits = param.String(default="", doc="what is changed in the model, see explainer.model.edits")
    mask = param.String(default="causal", regex=Mask.PATTERN, doc="who may look at whom, see explainer.model.edits.Mask")
    other = param.String(default="", doc="the prompt that patches are taken from")
    answer = param.Integer(default=-1, bounds=(-1, None), doc="the token that sweeps ask about; -1 is the likeliest")
    against = param.Integer(default=-1, bounds=(-1, None), doc="and the one it is compared with; -1 is the next likeliest")
    measure: Any = param.Selector(default="induction", objects=list(MEASURES), doc="what the map of the heads shows")
    shows: Any = param.Selector(default="changed", objects=list(SHOWS), doc="of a changed model: what the figures show")
    expert = param.Boolean(default=False, doc="the field's names and formulas in the overview, instead of plain words alone")
    surprise = param.Boolean(default=False, doc="colour the tokens by the probability they came with")

    @property
    def sampling(self) -> Sampling:
        return Sampling(self.temperature, self.top_k, self.top_p, self.greedy, self.seed)

    def choose(self, changes: dict) -> tuple[set[str], list[str]]:
        """Sets the choices that a page or an address asks for. Returns (names that changed, names that were refused)."""
        changed, refused = set(), []
        for name, value in changes.items():
            if name == "name" or name not in self.param:
                refused.append(str(name)[:40])
                continue
            if name in LONG and isinstance(value, str):
                value = value[-MAX_PROMPT:]
            # JavaScript has one type of number; 3.0 is a block, 3.5 is not.
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            try:
                before = getattr(self, name)
                setattr(self, name, value)
            except (ValueError, TypeError):
                refused.append(name)
            else:
                if value != before:
                    changed.add(name)
        return changed, refused

    def now(self) -> SimpleNamespace:
        """Returns a copy of the choices, which later choices do not change."""
        return SimpleNamespace(**self.values(), sampling=self.sampling)

    def values(self) -> dict:
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(name for name in State.param if name != "name")  # listed once: it takes a tenth of the time of a choice
