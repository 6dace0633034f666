"""
What a single term must be: each condition as Python, as SQL over the dictionary of terms, and as SPARQL.

Python decides. The SQL says which terms satisfy the condition for certain, so that only the others, few as a rule, are
looked at one by one; it is empty where nothing can be said. It speaks of the columns `text`, `kind` and `suffix` of
`kg.columns.encode`.

Spec: https://www.w3.org/TR/shacl/#core-components-value-type
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Protocol

from kg.model.terms import LANGUAGE_STRING, STRING, XSD, Parts, parts_of
from kg.model.values import Value
from kg.validation.literals.comparison import compare
from kg.validation.literals.forms import language_matches, well_formed
from kg.validation.literals.patterns import compiled, re2
from kg.validation.remote.as_sparql_terms import compared, in_lexical_space, literal, matched

# The lexical form where nothing in it is escaped, and the address of an IRI.
_LEXICAL = "text[2 : length(text) - length(suffix) - 1]"
_PLAIN = "NOT contains(text, '\\')"


class NotTranslatable(ValueError):
    """SPARQL 1.1 cannot say this exactly; the message says why."""


class Condition(Protocol):
    """Something that a term satisfies or not, whatever the rest of the graph says."""

    def holds(self, term: Parts) -> bool:
        """Whether the term satisfies the condition."""
        ...

    def sql(self) -> str:
        """An SQL condition that is only true of terms that satisfy this one; may be empty."""
        ...

    def sparql(self, variable: str) -> str:
        """
        The condition as a SPARQL expression over a variable; true or false of every term, never an error.

        Raises:
            NotTranslatable: SPARQL cannot say it.
        """
        ...


class HasDatatype(Value):
    """
    A literal of the datatype, with a lexical form that it allows.

    >>> HasDatatype(XSD + "byte").holds(Parts("literal", "300", XSD + "byte"))
    False
    """

    datatype: str

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`."""
        return term.datatype == self.datatype and well_formed(term.lexical, self.datatype)

    def sql(self) -> str:
        """See `Condition.sql`."""
        if self.datatype == STRING:
            # The characters that no text may have are printed as numbers.
            return "suffix = '' AND NOT contains(text, '\\u')"
        if self.datatype == LANGUAGE_STRING:
            return "suffix[1] = '@'"
        form = _CERTAINLY.get(self.datatype.removeprefix(XSD))
        if form is None:
            return ""
        return f"suffix = {quoted(f'^^<{self.datatype}>')} AND " + form.format(lexical=_LEXICAL)

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`; forms are told by regular expressions, as engines differ in casts."""
        if self.datatype == LANGUAGE_STRING:
            return f'isLiteral({variable}) && lang({variable}) != ""'
        if self.datatype == STRING:
            # Virtuoso has a text with a language for one.
            return f'isLiteral({variable}) && lang({variable}) = "" && datatype({variable}) = <{self.datatype}>'
        form = in_lexical_space(variable, self.datatype)
        return f"isLiteral({variable}) && datatype({variable}) = <{self.datatype}>" + (f" && {form}" if form else "")


# Forms that are certain at a glance, by the local name of the datatype.
_CERTAINLY = {
    "integer": "regexp_full_match({lexical}, '[+-]?[0-9]+')",
    "decimal": "regexp_full_match({lexical}, '[+-]?[0-9]+([.][0-9]+)?')",
    "double": "regexp_full_match({lexical}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?')",
    "float": "regexp_full_match({lexical}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?')",
    "boolean": "{lexical} IN ('true', 'false', '1', '0')",
    "date": "regexp_full_match({lexical}, '[12][0-9]{{3}}-[01][0-9]-[0-3][0-9]') "
    "AND try_cast({lexical} AS DATE) IS NOT NULL",
    "dateTime": "regexp_full_match({lexical}, '[12][0-9]{{3}}-[01][0-9]-[0-3][0-9]T[012][0-9]:[0-5][0-9]:[0-5][0-9]Z?')"
    " AND try_cast({lexical}[1:19] AS TIMESTAMP) IS NOT NULL",
    "gYear": "regexp_full_match({lexical}, '[12][0-9]{{3}}')",
    "anyURI": "regexp_full_match({lexical}, 'https?://[A-Za-z0-9._~/-]+')",
}


class IsKind(Value):
    """
    A term of one of the kinds `iri`, `blank`, `literal`.

    >>> IsKind(frozenset({"iri", "blank"})).holds(parts_of("_:b0"))
    True
    """

    kinds: frozenset[str]

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`."""
        return term.kind in self.kinds

    def sql(self) -> str:
        """See `Condition.sql`."""
        return f"kind IN ({', '.join(quoted(kind) for kind in sorted(self.kinds))})"

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`."""
        names = {"iri": "isIRI", "blank": "isBlank", "literal": "isLiteral"}
        return " || ".join(f"{names[kind]}({variable})" for kind in sorted(self.kinds))


class Compares(Value):
    """
    A literal that stands on one side of a bound: `operator` is `<`, `<=`, `>` or `>=`, the bound on its right.

    >>> at_least_zero = Compares(">=", '"0"^^<http://www.w3.org/2001/XMLSchema#integer>')
    >>> at_least_zero.holds(parts_of('"-0.0"^^<http://www.w3.org/2001/XMLSchema#double>'))
    True
    """

    operator: str
    bound: str

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`; a term that cannot be compared does not satisfy it."""
        order = compare(term, parts_of(self.bound))
        return order is not None and order in _ORDERS[self.operator]

    def sql(self) -> str:
        """See `Condition.sql`; of two numbers the strict order of their doubles is certain, as rounding keeps order."""
        bound = parts_of(self.bound)
        name = bound.datatype.removeprefix(XSD)
        if name not in _NUMBERS or not well_formed(bound.lexical, bound.datatype):
            return ""
        number = float(bound.lexical)
        integral, certain = (
            f"suffix = {quoted(f'^^<{XSD}{kind}>')} AND {_CERTAINLY[kind].format(lexical=_LEXICAL)}"
            for kind in ("integer", "decimal")
        )
        if not -1e15 < number < 1e15:
            return ""
        strict = self.operator[0]
        exact = number.is_integer() and (name == "double" or Decimal(bound.lexical) == number)
        short = f"{integral} AND length(text) < length(suffix) + 17"
        whole = f" OR {short} AND try_cast({_LEXICAL} AS BIGINT) {self.operator} {number!r}" if exact else ""
        return f"({integral} OR {certain}) AND try_cast({_LEXICAL} AS DOUBLE) {strict} {number!r}{whole}"

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`."""
        try:
            return compared(variable, self.operator, self.bound)
        except ValueError as error:
            raise NotTranslatable(str(error)) from error


_ORDERS = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {1, 0}}
# Not xsd:float: two doubles in strict order may be one float.
_NUMBERS = frozenset({"integer", "decimal", "double"})


class HasLength(Value):
    """
    An IRI or literal of so many code points; None for no bound.

    >>> HasLength(1, None).holds(parts_of('"𝄞"')), HasLength(None, 9).holds(parts_of("_:b0"))
    (True, False)
    """

    least: int | None
    most: int | None

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`."""
        length = len(term.lexical)
        return (
            term.kind != "blank"
            and (self.least is None or length >= self.least)
            and (self.most is None or length <= self.most)
        )

    def sql(self) -> str:
        """See `Condition.sql`."""
        length = "length(text) - 2 - coalesce(length(suffix), 0)"
        bounds = [f"{length} >= {self.least}"] if self.least is not None else []
        bounds += [f"{length} <= {self.most}"] if self.most is not None else []
        return " AND ".join(["kind <> 'blank'", _PLAIN, *bounds])

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`."""
        bounds = [f"strlen(str({variable})) >= {self.least}"] if self.least is not None else []
        bounds += [f"strlen(str({variable})) <= {self.most}"] if self.most is not None else []
        return " && ".join([f"!isBlank({variable})", *bounds])


class Matches(Value):
    """
    An IRI or literal in which a regular expression is found.

    >>> Matches("^MMR[0-9]+$", "i").holds(parts_of('"mmr001"'))
    True
    """

    pattern: str
    flags: str = ""

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`."""
        return term.kind != "blank" and compiled(self.pattern, self.flags)(term.lexical)

    def sql(self) -> str:
        """See `Condition.sql`."""
        pattern = re2(self.pattern, self.flags)
        if pattern is None:
            return ""
        address = f"kind = 'iri' AND regexp_matches(text[2 : length(text) - 1], {quoted(pattern)})"
        return f"{_PLAIN} AND (kind = 'literal' AND regexp_matches({_LEXICAL}, {quoted(pattern)}) OR {address})"

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`."""
        if "q" in self.flags:
            if self.flags != "q":
                raise NotTranslatable(f"`regex` of SPARQL has no flag q, beside {self.flags.replace('q', '')}")
            return f"!isBlank({variable}) && contains(str({variable}), {literal(self.pattern)})"
        if _NOT_XPATH.search(self.pattern.replace("\\\\", "")):
            raise NotTranslatable(f"{self.pattern!r} is a pattern that `regex` of SPARQL does not have")
        return f"!isBlank({variable}) && {matched(variable, self.pattern, self.flags)}"


# What Python's `re` reads and XPath does not: groups other than `(?:`, and these escapes.
_NOT_XPATH = re.compile(r"\(\?(?!:)|\\[AZzbBxuUafv]|[*+?}]\+")


class InLanguage(Value):
    """
    A literal with a language tag that one of the basic language ranges matches.

    >>> InLanguage(("en",)).holds(parts_of('"hill"@en-GB'))
    True
    """

    ranges: tuple[str, ...]

    def holds(self, term: Parts) -> bool:
        """See `Condition.holds`."""
        return bool(term.language) and any(language_matches(term.language, one) for one in self.ranges)

    def sql(self) -> str:
        """See `Condition.sql`."""
        return f"suffix IN ({', '.join(quoted('@' + one.lower()) for one in self.ranges)})" if self.ranges else ""

    def sparql(self, variable: str) -> str:
        """See `Condition.sparql`."""
        tests = " || ".join(f"langMatches(lang({variable}), {literal(one)})" for one in self.ranges)
        return f"isLiteral({variable}) && ({tests or 'false'})"


def certain_order(operator: str) -> str:
    """An SQL condition that is only true of terms `a` and `b` that are in the order; `operator` is `<` or `<=`."""
    first, second = (f"{one}.text[2 : length({one}.text) - length({one}.suffix) - 1]" for one in "ab")
    whole = " AND ".join(f"regexp_full_match({one}, '[0-9]{{1,15}}')" for one in (first, second))
    days = " AND ".join(_CERTAINLY["date"].format(lexical=one) for one in (first, second))
    return (
        f"a.suffix = b.suffix AND (a.suffix = '^^<{XSD}integer>' AND {whole} "
        f"AND try_cast({first} AS BIGINT) {operator} try_cast({second} AS BIGINT) "
        f"OR a.suffix = '^^<{XSD}date>' AND {days} AND {first} {operator} {second})"
    )


def quoted(text: str) -> str:
    """
    A text as an SQL literal.

    >>> quoted("Shan's")
    "'Shan''s'"
    """
    return "'" + text.replace("'", "''") + "'"
