r"""
What SPARQL 1.1 needs to be told about literals: lexical forms as regular expressions, and an order where it has none.

The expressions use nothing but SPARQL 1.1, so that each engine that keeps to it answers alike:

- A lexical form is matched with a mark behind it, as `$` also matches before a newline in Java, PCRE and Python.
- `isNumeric` is false of ill-formed numbers, so that comparisons need no pattern for them.
- `xsd:date` and its kin are compared as the `xsd:dateTime` they begin with.
- Of two times of which one has no zone, one is less only where it is so in each zone from -14:00 to +14:00.

Two things are left out: SPARQL has no order for durations, and the characters that XML does not have (U+0000, U+FFFE,
U+FFFF) are not looked for in strings.

Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping
"""

from __future__ import annotations

from typing import Final

from kg.model.terms import XSD, parts_of
from kg.validation.literals.comparison import value_of
from kg.validation.literals.forms import NAME, NAME_START

ZONE: Final = "(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = "-?([1-9][0-9]*)?([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
# The leap day apart.
_DAYS = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
_DATE = f"({_YEAR}-({_DAYS})|{_LEAP}-02-29)"
_CLOCK = "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)"
_MONTH = "(0[1-9]|1[0-2])"
_DECIMAL = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_SECONDS = "[0-9]+([.][0-9]+)?S"
_TIME = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_MONTHS = "([0-9]+Y([0-9]+M)?|[0-9]+M)"


def _up_to(greatest: int) -> str:
    """
    The numerals from 0 to a number, with zeros in front.

    >>> _up_to(127)
    '0*([0-9]{1,2}|0[0-9]{2}|1[0-1][0-9]|12[0-7])'
    """
    digits = str(greatest)
    forms = [f"[0-9]{{1,{len(digits) - 1}}}"]
    for at, digit in enumerate(digits):
        last, rest = at == len(digits) - 1, len(digits) - at - 1
        high = int(digit) if last else int(digit) - 1
        if high >= 0:
            more = f"[0-9]{{{rest}}}" if rest > 1 else "[0-9]" * rest
            forms.append(digits[:at] + (f"[0-{high}]" if high else "0") + more)
    return f"0*({'|'.join(forms)})"


def _signed(bits: int) -> str:
    return f"([+]?{_up_to(2 ** (bits - 1) - 1)}|-{_up_to(2 ** (bits - 1))})"


def _unsigned(bits: int) -> str:
    return f"([+]?{_up_to(2**bits - 1)}|-0+)"


# By the short name of the datatype; the same spaces as in kg.validation.literals, without look-ahead.
FORMS: Final = {
    "xsd:boolean": "true|false|1|0",
    "xsd:decimal": _DECIMAL,
    "xsd:integer": "[+-]?[0-9]+",
    "xsd:double": f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "xsd:float": f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "xsd:date": f"{_DATE}{ZONE}?",
    "xsd:dateTime": f"{_DATE}T{_CLOCK}{ZONE}?",
    "xsd:dateTimeStamp": f"{_DATE}T{_CLOCK}{ZONE}",
    "xsd:time": f"{_CLOCK}{ZONE}?",
    "xsd:gYear": f"{_YEAR}{ZONE}?",
    "xsd:gYearMonth": f"{_YEAR}-{_MONTH}{ZONE}?",
    "xsd:gMonth": f"--{_MONTH}{ZONE}?",
    "xsd:gMonthDay": f"--({_DAYS}|02-29){ZONE}?",
    "xsd:gDay": f"---(0[1-9]|[12][0-9]|3[01]){ZONE}?",
    "xsd:duration": f"-?P({_MONTHS}([0-9]+D)?({_TIME})?|[0-9]+D({_TIME})?|{_TIME})",
    "xsd:yearMonthDuration": f"-?P{_MONTHS}",
    "xsd:dayTimeDuration": f"-?P([0-9]+D({_TIME})?|{_TIME})",
    **{f"xsd:{name}": _signed(bits) for name, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{
        f"xsd:unsigned{name}": _unsigned(bits) for name, bits in (("Byte", 8), ("Short", 16), ("Int", 32), ("Long", 64))
    },
    "xsd:nonNegativeInteger": "[+]?[0-9]+|-0+",
    "xsd:positiveInteger": "[+]?0*[1-9][0-9]*",
    "xsd:nonPositiveInteger": "-[0-9]+|[+]?0+",
    "xsd:negativeInteger": "-0*[1-9][0-9]*",
    "xsd:hexBinary": "([0-9a-fA-F]{2})*",
    "xsd:base64Binary": "(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
    "|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?",
    "xsd:language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "xsd:NMTOKEN": f"[{NAME}]+",
    "xsd:Name": f"[{NAME_START}][{NAME}]*",
    "xsd:NCName": f"[{NAME_START[1:]}][{NAME[1:]}]*",
    "xsd:normalizedString": "[^\t\n\r]*",
    "xsd:token": "([^\t\n\r ]+( [^\t\n\r ]+)*)?",
}

# Of the types derived from xsd:string, ill-formed literals are compared too.
_STRINGS = tuple(
    name.removeprefix("xsd:")
    for name in (
        "xsd:string", "xsd:normalizedString", "xsd:token", "xsd:language", "xsd:NMTOKEN", "xsd:Name", "xsd:NCName"
    )
)  # fmt: skip
# What completes a lexical form, its zone taken off, to that of the xsd:dateTime where the value begins.
_BEGINNINGS = {
    "dateTime": "{0}",
    "dateTimeStamp": "{0}",
    "date": 'concat({0}, "T00:00:00")',
    "time": 'concat("1972-12-01T", replace({0}, "^24:00:00", "00:00:00"))',
    "gYear": 'concat({0}, "-01-01T00:00:00")',
    "gYearMonth": 'concat({0}, "-01T00:00:00")',
    "gMonth": 'concat("1972", substr({0}, 2), "-01T00:00:00")',
    "gMonthDay": 'concat("1972", substr({0}, 2), "T00:00:00")',
    "gDay": 'concat("1972-12", substr({0}, 3), "T00:00:00")',
}
_ZONE_AT_END = '"(Z|[+-][0-9][0-9]:[0-9][0-9])$"'
_MOMENT = f"<{XSD}dateTime>"


def in_lexical_space(variable: str, datatype: str) -> str:
    """
    Whether the form of a literal belongs to the datatype; empty where any form does.

    >>> print(in_lexical_space("?v", XSD + "integer"))
    regex(concat(str(?v), "!"), "^([+-]?[0-9]+)!$")

    Spec: https://www.w3.org/TR/sparql11-query/#func-regex
    """
    form = FORMS.get(datatype.replace(XSD, "xsd:", 1))
    return "" if form is None else f'regex(concat(str({variable}), "!"), {literal(f"^({form})!$")})'


def matched(variable: str, pattern: str, flags: str) -> str:
    r"""
    Whether a pattern is found in a term that is not blank; a pattern that an engine cannot read is found in none.

    >>> print(matched("?v", "^[A-Z]", "i"))
    coalesce(regex(str(?v), "^[A-Z]", "i"), false)
    >>> print(matched("?v", "^[A-Z]$", ""))
    coalesce(regex(concat(str(?v), "!"), "^[A-Z]!$"), false)
    """
    more = f", {literal(flags)}" if flags else ""
    if "m" not in flags and _ends_at_the_end(pattern):
        return f'coalesce(regex(concat(str({variable}), "!"), {literal(pattern[:-1] + "!$")}{more}), false)'
    return f"coalesce(regex(str({variable}), {literal(pattern)}{more}), false)"


def _ends_at_the_end(pattern: str) -> bool:
    """Whether all of a pattern stands before one `$` at its end."""
    depth = classes = at = 0
    while at < len(pattern) - 1:
        character, before = pattern[at], pattern[at - 1 : at]
        at += 1 + (character == "\\")
        if classes:
            classes += (character == "[" and before == "-") - (character == "]")
        elif character == "[":
            classes = 1
        elif character == "|" and not depth:
            return False
        else:
            depth += (character == "(") - (character == ")")
    return at == len(pattern) - 1 and pattern[at] == "$" and not depth and not classes


def compared(variable: str, operator: str, bound: str) -> str:
    """
    Whether a variable's value stands on one side of a literal; never an error.

    >>> compared("?v", ">=", '"0"^^<http://www.w3.org/2001/XMLSchema#integer>')
    'coalesce(isNumeric(?v) && ?v >= "0"^^<http://www.w3.org/2001/XMLSchema#integer>, false)'

    Raises:
        ValueError: The bound is a duration.
    """
    parts = parts_of(bound)
    value = value_of(parts)
    if value is None:
        return "false"
    match value.kind:
        case "number":
            if parts.lexical == "NaN":
                return "false"  # Oxigraph has NaN at most NaN
            test = f"isNumeric({variable}) && {variable} {operator} {bound}"
        case "string":
            test = f"{_is_of(variable, _STRINGS)} && str({variable}) {operator} {literal(parts.lexical)}"
        case "boolean":
            number = int(parts.lexical in {"true", "1"})  # Oxigraph orders numbers, not booleans
            test = f"{_is_of(variable, ('boolean',))} && <{XSD}integer>({variable}) {operator} {number}"
        case "duration":
            raise ValueError("SPARQL has no order for durations")
        case _:
            test = _moment_compared(variable, operator, parts.datatype.removeprefix(XSD), parts.lexical)
    return f"coalesce({test}, false)"


def _moment_compared(variable: str, operator: str, name: str, lexical: str) -> str:
    kinds = ("dateTime", "dateTimeStamp") if name in {"dateTime", "dateTimeStamp"} else (name,)
    forms = " || ".join(f"{_is_of(variable, (one,))} && {in_lexical_space(variable, XSD + one)}" for one in kinds)
    test = f"({forms})" if len(kinds) > 1 else forms
    body, zone = _without_zone(name, lexical)
    begins = _BEGINNINGS[name].format(f"replace(str({variable}), {_ZONE_AT_END}, {literal('')})")
    zoned = f"regex(str({variable}), {_ZONE_AT_END})"
    own = begins if name in {"dateTime", "dateTimeStamp"} else f"concat({begins}, {_zone_of(variable)})"
    own = f"str({variable})" if name in {"dateTime", "dateTimeStamp"} else own
    same = f"{_MOMENT}({own}) {operator} {literal(body + zone)}^^{_MOMENT}"
    # From each zone it has to be so: the latest moment is before, or the earliest is after.
    far = operator[0]
    if zone:
        other = f"{_MOMENT}(concat({begins}, {literal('-14:00' if far == '<' else '+14:00')})) {far} "
        other += f"{literal(body + zone)}^^{_MOMENT}"
        return f"{test} && if({zoned}, {same}, {other})"
    other = f"{_MOMENT}({own}) {far} {literal(body + ('+14:00' if far == '<' else '-14:00'))}^^{_MOMENT}"
    return f"{test} && if({zoned}, {other}, {same})"


def _without_zone(name: str, lexical: str) -> tuple[str, str]:
    """The xsd:dateTime that a literal begins with, and its zone."""
    zone = lexical[-1:] if lexical.endswith("Z") else lexical[-6:] if _has_offset(lexical) else ""
    text = lexical.removesuffix(zone) if zone else lexical
    if name == "time":
        return "1972-12-01T" + ("00" + text[2:] if text.startswith("24") else text), zone
    made = {
        "date": f"{text}T00:00:00",
        "gYear": f"{text}-01-01T00:00:00",
        "gYearMonth": f"{text}-01T00:00:00",
        "gMonth": f"1972{text[1:]}-01T00:00:00",
        "gMonthDay": f"1972{text[1:]}T00:00:00",
        "gDay": f"1972-12{text[2:]}T00:00:00",
    }
    return made.get(name, text), zone


def _has_offset(lexical: str) -> bool:
    return len(lexical) > 6 and lexical[-6] in "+-" and lexical[-3] == ":"


def _zone_of(variable: str) -> str:
    return f"substr(str({variable}), strlen(replace(str({variable}), {_ZONE_AT_END}, {literal('')})) + 1)"


def _is_of(variable: str, names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"datatype({variable}) = <{XSD}{names[0]}>"
    return f"datatype({variable}) IN ({', '.join(f'<{XSD}{name}>' for name in names)})"


def moment(variable: str) -> str:
    """
    The text, without its zone, of the xsd:dateTime that a date or time begins with; an error for other terms.

    >>> moment("?v").startswith("if(datatype(?v) IN (")
    True
    """
    body = f"replace(str({variable}), {_ZONE_AT_END}, {literal('')})"
    text = "?undefined"  # never bound: an error
    for name in ("gDay", "gMonthDay", "gMonth", "gYearMonth", "gYear", "time", "date"):
        text = f"if({_is_of(variable, (name,))}, {_BEGINNINGS[name].format(body)}, {text})"
    return f"if({_is_of(variable, ('dateTime', 'dateTimeStamp'))}, {body}, {text})"


def less(a: str, b: str, moments: tuple[str, str], *, or_equal: bool) -> tuple[str, ...]:
    """
    The cases in which one variable's value is less than another's; an error in none of them means it is not.

    `moments` are variables that hold what `moment` gives for each. Durations have no order here.
    """
    operator = "<=" if or_equal else "<"
    first, second = moments
    stamps = f"<{XSD}dateTime>, <{XSD}dateTimeStamp>"
    alike = f"(datatype({a}) = datatype({b}) || datatype({a}) IN ({stamps}) && datatype({b}) IN ({stamps}))"
    zoned = [f"regex(str({one}), {_ZONE_AT_END})" for one in (a, b)]
    with_zone = [f"concat({body}, {_zone_of(one)})" for one, body in ((a, first), (b, second))]
    return (
        # Of two NaN none is at most the other, which Oxigraph and rdflib do not know.
        f"isNumeric({a}) && isNumeric({b}) && {a} {operator} {b}" + (f' && str({a}) != "NaN"' if or_equal else ""),
        f"{_is_of(a, _STRINGS)} && {_is_of(b, _STRINGS)} && str({a}) {operator} str({b})",
        f"{_is_of(a, ('boolean',))} && {_is_of(b, ('boolean',))} && <{XSD}integer>({a}) {operator} <{XSD}integer>({b})",
        f"{alike} && {zoned[0]} = {zoned[1]} && {_MOMENT}({with_zone[0]}) {operator} {_MOMENT}({with_zone[1]})",
        f'{alike} && {zoned[0]} && !{zoned[1]} && {_MOMENT}({with_zone[0]}) < {_MOMENT}(concat({second}, "+14:00"))',
        f'{alike} && !{zoned[0]} && {zoned[1]} && {_MOMENT}(concat({first}, "-14:00")) < {_MOMENT}({with_zone[1]})',
    )


def literal(text: str) -> str:
    r"""
    A text as a SPARQL literal.

    >>> literal('a\\d"')
    '"a\\\\d\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'.replace("\t", "\\t")
