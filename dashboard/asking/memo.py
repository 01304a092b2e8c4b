"""Remember what was made by what it was made from: the one place that knows how.

What is remembered is a function's result by its signature: the function's name, the warehouse
(whose file never changes), the language, the filters, the map's files and the other arguments.
Such a function stands at the top of a module and is given nothing else, so that it can't rest
on what the signature lacks.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from dashboard.contract.filters import Filters, default_filters

if TYPE_CHECKING:
    from dashboard.asking.questions import Questions

P = ParamSpec("P")
T = TypeVar("T")
Making = Callable[Concatenate["Questions", P], T]


def remembered(make: Making[P, T]) -> Making[P, T]:
    """Make once for the filters, the language and the arguments, which must be hashable."""
    return _remembering(make, lambda ask: ask.filters)


def remembered_for_all_towns(make: Making[P, T]) -> Making[P, T]:
    """Make once whichever town is chosen: the function is asked without towns and communities."""
    return _remembering(make, lambda ask: ask.everywhere)


def remembered_for_all_communities(make: Making[P, T]) -> Making[P, T]:
    """Make once whichever community of the chosen towns is chosen: the function is asked without
    communities."""
    return _remembering(make, lambda ask: ask.in_towns)


def remembered_for_all_filters(make: Making[P, T]) -> Making[P, T]:
    """Make once whatever is chosen: the function is asked for what is usual."""
    return _remembering(make, lambda ask: default_filters(ask.warehouse.months))


def is_remembered(make: Making[P, T], ask: "Questions", *arguments: object) -> bool:
    """Tell whether a remembered function's result is there already, so that asking costs nothing."""
    return ask.warehouse.remembers(make.signed(ask, arguments, {}))  # type: ignore[attr-defined]


def _remembering(make: Making[P, T], asked_for: "Callable[[Questions], Filters]") -> Making[P, T]:
    if getattr(make, "__closure__", None):
        raise TypeError(f"{make.__qualname__} rests on what is not among its arguments")
    name = (make.__module__, make.__qualname__)

    def signed(ask: "Questions", arguments: tuple[object, ...], named: dict[str, Any]) -> Hashable:
        here = (ask.say.language, asked_for(ask), ask.maps)
        return (*name, *here, arguments, tuple(sorted(named.items())))

    @wraps(make)
    def remembering(ask: "Questions", /, *arguments: P.args, **named: P.kwargs) -> T:
        signature = signed(ask, arguments, named)
        return ask.warehouse.remember(
            signature, lambda: make(ask.on(asked_for(ask)), *arguments, **named)
        )

    remembering.remembered_as = name  # type: ignore[attr-defined]
    remembering.signed = signed  # type: ignore[attr-defined]
    return remembering
