"""Checks a view's data against its type: every key, every name, every array's shape against its axes."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
from explainer.export.build.contract import optional_key

from explainer.model.notices import NOTICES, Notice

Sizes = dict[str, int]


def faults(value: Any, of: Any, sizes: Sizes, at: str = "data") -> Iterator[str]:
    """Yields the differences of `value` from the type `of`, one sentence each.

    sizes: lengths of the axes that the model and the text decide; an axis of any other name must have the length that it first
    has in the same dict.
    """
    origin, args = get_origin(of), get_args(of)
    if of is Any:
        return
    if of is Notice and isinstance(value, Mapping) and value.get("say") in NOTICES:
        fields = {key: item for key, item in value.items() if key != "say"}
        yield from _of_dict(fields, NOTICES[value["say"]], dict(sizes), at)
    elif is_typeddict(of):
        yield from _of_dict(value, of, dict(sizes), at)
    elif origin in (NotRequired, Required):
        yield from faults(value, args[0], sizes, at)
    elif origin in (Union, types.UnionType):
        found = [list(faults(value, each, sizes, at)) for each in args]
        if all(found):
            yield min(found, key=len)[0] if value is not None else f"{at} is None"
    elif origin is Literal:
        if value not in args:
            yield f"{at} is {value!r}, not one of {args}"
    elif origin is Annotated:
        yield from _annotated(value, *args, sizes, at)
    elif origin is list:
        if not isinstance(value, (list, tuple)):
            yield f"{at} is no list but {type(value).__name__}"
            return
        for index, item in enumerate(value):
            yield from faults(item, args[0], sizes, f"{at}[{index}]")
    elif origin is dict:
        if not isinstance(value, Mapping):
            yield f"{at} is no dict but {type(value).__name__}"
            return
        for key, item in value.items():
            yield from faults(key, args[0], sizes, f"a key of {at}")
            yield from faults(item, args[1], sizes, f"{at}[{key!r}]")
    elif of in (None, type(None)):
        if value is not None:
            yield f"{at} is not None"
    elif not _plain(value, of):
        yield f"{at} is no {of.__name__} but {type(value).__name__}"


def _plain(value: Any, of: type) -> bool:
    if isinstance(value, (bool, np.bool_)) or of is bool:
        return of is bool and isinstance(value, (bool, np.bool_))
    return isinstance(value, {float: (int, float, np.number), int: (int, np.integer)}.get(of, of))


def _of_dict(value: Any, of: Any, sizes: Sizes, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{at} is no dict but {type(value).__name__}"
        return
    hints = get_type_hints(of, include_extras=True)
    for key in value.keys() - hints.keys():
        yield f"{at} has {key!r}, which {of.__name__} lacks"
    for key, kind in hints.items():
        if key in value:
            yield from faults(value[key], kind, sizes, f"{at}[{key!r}]")
        elif not optional_key(of, key, kind):
            yield f"{at} lacks {key!r} of {of.__name__}"


def _annotated(value: Any, of: Any, meta: Any, sizes: Sizes, at: str) -> Iterator[str]:
    if of is not np.ndarray:
        if not isinstance(meta, str) and value not in meta:
            yield f"{at} is {value!r}, not one of {tuple(meta)}"
        return
    if not isinstance(value, np.ndarray) or value.dtype != np.float32:
        yield f"{at} is no array of float32"
        return
    axes = meta.split()
    if len(axes) != value.ndim:
        yield f"{at} is {value.shape}, not {axes}"
        return
    for axis, length in zip(axes, value.shape):
        if length != sizes.setdefault(axis, length):
            yield f"{at} is {value.shape}, not {axes}: {axis} is {sizes[axis]}"


def sizes_of(config: Any, length: int) -> Sizes:
    """Returns the lengths of the axes that a model and a text of `length` tokens decide."""
    sizes = {
        "layer": config.n_layer,
        "head": config.n_head,
        "pos": length,
        "key_pos": length,
        "d_model": config.d_model,
        "d_head": config.d_head,
        "d_mlp": config.d_mlp,
        "d_vocab": config.d_vocab,
    }
    return sizes | {f"{axis}+1": size + 1 for axis, size in sizes.items()}
