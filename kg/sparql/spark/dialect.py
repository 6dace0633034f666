"""
What sqlglot writes for Spark, with what we know better: each node of a query that the two engines read in two ways.

A function that stands neither here nor among those that are the same is refused: a translation that is only likely
would give wrong answers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from sqlglot import ErrorLevel, exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark

from kg.sparql.algebra import NotCompiled
from kg.sparql.spark import functions as f
from kg.sparql.spark.patterns import in_java, replacement_in_java, whole_in_java
from kg.sparql.values import NAN

Write = Callable[[Any, Any], str]

_SAME: Final = frozenset(
    {
        *(exp.Abs, exp.And, exp.AnyValue, exp.ArrayAgg, exp.ArraySort, exp.ArrayToString, exp.Cast, exp.Coalesce),
        *(exp.Contains, exp.Count, exp.EndsWith, exp.Exists, exp.Greatest, exp.GroupConcat, exp.If, exp.IsNan),
        *(exp.JSONExtractScalar, exp.Least, exp.LogicalAnd, exp.Lower, exp.MD5, exp.Max, exp.Min, exp.Nullif, exp.Or),
        *(exp.Replace, exp.SHA, exp.SHA2, exp.SplitPart, exp.StartsWith, exp.StrPosition, exp.Struct, exp.Sum),
        *(exp.TimeToStr, exp.Transform, exp.Upper),
    }
)
"""Functions that mean the same to both as sqlglot writes them, for the arguments that the compiler gives them."""


class _AsWritten(DuckDB):
    # Else sqlglot takes one from the place of a letter, unless it knows that the text is none of a list.
    INDEX_OFFSET = 0


def read(sql: str) -> exp.Expr:
    """The tree of a query of DuckDB's."""
    return parse_one(sql, read=_AsWritten)


def written(tree: exp.Expr) -> str:
    """
    Spark SQL of a query of DuckDB's.

    Raises:
        NotCompiled: It has a function that cannot be said.
    """
    for found in tree.find_all(exp.Func):
        _check(found)
    return str(_generator()(dialect=Spark(), unsupported_level=ErrorLevel.RAISE).generate(tree, copy=False))


def _check(found: exp.Func) -> None:
    if isinstance(found, exp.Anonymous):
        if found.name.lower() not in _BY_NAME:
            raise NotCompiled(f"the function {found.name.lower()} is not said for Spark")
    elif type(found) not in _SAME and type(found) not in _OF_FUNCTIONS:
        raise NotCompiled(f"the function {found.sql_name().lower()} is not said for Spark")


@cache
def _generator() -> Callable[..., Any]:
    known = {
        "TRANSFORMS": {**Spark.Generator.TRANSFORMS, **_OF_FUNCTIONS, **_OF_OTHERS},
        "TYPE_MAPPING": {**Spark.Generator.TYPE_MAPPING, exp.DType.INT128: f.WHOLE, exp.DType.UTINYINT: "TINYINT"},
    }
    return type("Generator", (Spark.Generator,), known)


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _literal(self: Any, text: str) -> str:
    return str(self.sql(exp.Literal.string(text)))


def _constant(node: exp.Expr | None) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise NotCompiled("a regular expression that is computed is not said for Spark")
    return node.name


def _found(self: Any, node: exp.Expr) -> str:
    return f"({self.sql(node.this)} RLIKE {_literal(self, in_java(_constant(node.expression)))})"


def _found_whole(self: Any, node: exp.Expr) -> str:
    return f"({self.sql(node.this)} RLIKE {_literal(self, whole_in_java(_constant(node.expression)))})"


def _extracted(self: Any, node: exp.Expr) -> str:
    pattern = _literal(self, in_java(_constant(node.expression)))
    return f"regexp_extract({self.sql(node.this)}, {pattern}, {self.sql(node, 'group') or 0})"


def _replaced(self: Any, node: exp.Expr) -> str:
    pattern = _constant(node.expression)
    modifiers = node.args.get("modifiers")
    if (modifiers is None or modifiers.name != "g") and not pattern.endswith("$"):
        raise NotCompiled("the replacement of the first of many is not said for Spark")
    by = replacement_in_java(_constant(node.args["replacement"]))
    return f"regexp_replace({self.sql(node.this)}, {_literal(self, in_java(pattern))}, {_literal(self, by)})"


def _letter(self: Any, node: exp.Expr) -> str:
    return f"substring({self.sql(node.this)}, {int(node.expressions[0].name)}, 1)"


def _substring(self: Any, node: exp.Expr) -> str:
    length = node.args.get("length")
    return f.substring(self.sql(node.this), self.sql(node, "start"), self.sql(length) if length is not None else None)


def _length(self: Any, node: exp.Expr) -> str:
    is_list = isinstance(node.this, exp.Filter | exp.ArrayAgg)
    return f"{'size' if is_list else 'length'}({self.sql(node.this)})"


def _character(self: Any, node: exp.Expr) -> str:
    # Spark's chr() has 256 characters.
    return _literal(self, chr(int(node.expressions[0].name)))


# ── Numbers and times ───────────────────────────────────────────────────────────────────────────────────────────────


def _try_cast(self: Any, node: exp.Expr) -> str:
    if node.args["to"].this == exp.DType.INT128:
        return f.whole_or_null(self.sql(node.this))
    return f"TRY_CAST({self.sql(node.this)} AS {self.sql(node, 'to')})"


def _case(self: Any, node: exp.Expr) -> str:
    """A CASE; that of the text of a real number asks first whether it is one, see `kg.sparql.values.Plain.lexical`."""
    first = node.args["ifs"][0].this
    if isinstance(node.this, exp.Cast) and isinstance(first, exp.Literal) and first.name == NAN:
        return f.real_text(self.sql(node.this.this))
    return str(self.case_sql(node))


def _moment(self: Any, node: exp.Expr) -> str:
    if not isinstance(node.this, exp.Anonymous) or node.this.name.lower() != "epoch_us":
        raise NotCompiled("make_timestamp of other than a moment is not said for Spark")
    return f"CAST({self.sql(node.this)} AS TIMESTAMP_NTZ)"


def _lasts(self: Any, node: exp.Expr) -> str:
    if exp.var("MICROSECOND") not in node.args.values():
        raise NotCompiled("a difference of other than microseconds is not said for Spark")
    return f"timestampdiff(MICROSECOND, {self.sql(node.expression)}, {self.sql(node.this)})"


def _of_one(write: Callable[[str], str]) -> Write:
    return lambda self, node: write(self.sql(node.this))


def _of_two(write: Callable[[str, str], str]) -> Write:
    return lambda self, node: f"({write(self.sql(node.this), self.sql(node.expression))})"


# ── Groups and rows ─────────────────────────────────────────────────────────────────────────────────────────────────


def _window(self: Any, node: exp.Expr) -> str:
    if not isinstance(node.this, exp.RowNumber):
        raise NotCompiled("a window is not said for Spark")
    if node.args.get("order") is not None:
        return str(self.window_sql(node))
    # A number for each row; they have gaps, and no order.
    return "monotonically_increasing_id()"


def _extreme(name: str) -> Write:
    def write(self: Any, node: exp.Expr) -> str:
        key = node.expression
        is_row = isinstance(key, exp.Anonymous) and key.name.lower() == "row"
        by = f.ordered_row([self.sql(one) for one in key.expressions]) if is_row else self.sql(key)
        return f"{name}({self.sql(node.this)}, {by})"

    return write


def _named(self: Any, node: exp.Expr) -> str:
    if node.name.lower() not in _BY_NAME:  # one of those that sqlglot itself writes
        return str(self.anonymous_sql(node))
    return _BY_NAME[node.name.lower()](*(self.sql(one) for one in node.expressions))


_BY_NAME: Final[dict[str, Callable[..., str]]] = {
    "epoch_us": lambda moment: moment,
    "printf": lambda *parts: f"printf({', '.join(parts)})",
    "to_json": f.to_json,
    "to_microseconds": f.interval,
    "url_encode": f.url_encode,
    "row": lambda *parts: f"struct({', '.join(parts)})",
    "list_sum": f.list_sum,
}

_OF_FUNCTIONS: Final[dict[type[exp.Expr], Write]] = {
    exp.Anonymous: _named,
    exp.ArgMax: _extreme("max_by"),
    exp.ArgMin: _extreme("min_by"),
    exp.Case: _case,
    exp.Ceil: _of_one(f.ceil),
    exp.Chr: _character,
    exp.DateDiff: _lasts,
    exp.Floor: _of_one(f.floor),
    exp.Length: _length,
    exp.RegexpExtract: _extracted,
    exp.RegexpFullMatch: _found_whole,
    exp.RegexpLike: _found,
    exp.RegexpReplace: _replaced,
    exp.RowNumber: lambda *_: "row_number()",
    exp.Substring: _substring,
    exp.Trunc: _of_one(f.trunc),
    exp.TryCast: _try_cast,
    exp.UnixToTime: _moment,
}
_OF_OTHERS: Final[dict[type[exp.Expr], Write]] = {
    exp.Bracket: _letter,
    exp.Div: _of_two(f.divided),
    exp.IntDiv: _of_two(f.quotient),
    exp.Window: _window,
}
