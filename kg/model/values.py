"""Values that are made once: equal ones are one object, so that comparing and hashing them takes no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, dataclass_transform
from weakref import WeakValueDictionary

_made: WeakValueDictionary[tuple[type, tuple[Any, ...]], Any] = WeakValueDictionary()


@dataclass_transform(frozen_default=True)
class _MadeOnce(type):
    """Reads the fields of a class from its annotations, and gives the value that was made of the same parts before."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _MadeOnce:
        annotations = namespace.get("__annotations__", {})
        own = [field for field, kind in annotations.items() if not str(kind).startswith("ClassVar")]
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        made = super().__new__(cls, name, bases, {**namespace, "__slots__": (*namespace.get("__slots__", ()), *own)})
        type.__setattr__(made, "__match_args__", (*getattr(made, "__match_args__", ()), *own))
        type.__setattr__(made, "_defaults", {**getattr(made, "_defaults", {}), **defaults})
        return made

    if not TYPE_CHECKING:

        def __call__(cls, *parts: Any, **named: Any) -> Any:
            fields = cls.__match_args__
            if named or len(parts) < len(fields):
                given = {**cls._defaults, **dict(zip(fields, parts, strict=False)), **named}
                parts = tuple(given[field] for field in fields)
            value = _made.get((cls, parts))
            if value is None:
                value = _made[cls, parts] = super().__call__(*parts)
            return value


class Value(metaclass=_MadeOnce):
    """
    A value with the fields that its class annotates; it cannot change, and all its parts are hashable.

    Lighter to define than a frozen dataclass, and quick to compare however large: values that share their parts in many
    places would take time beyond all bounds to hash again and again.

    >>> class Point(Value):
    ...     x: int
    ...     y: int = 0
    >>> Point(1) is Point(1, y=0), Point(1) == Point(2), Point(1)
    (True, False, Point(1, 0))
    """

    __slots__ = ("__weakref__",)

    if not TYPE_CHECKING:

        def __init__(self, *parts: Any) -> None:
            for field, part in zip(self.__match_args__, parts, strict=True):
                object.__setattr__(self, field, part)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot change")

    def __repr__(self) -> str:
        fields: tuple[str, ...] = getattr(self, "__match_args__", ())
        parts = ", ".join(repr(getattr(self, field)) for field in fields)
        return f"{type(self).__name__}({parts})"
