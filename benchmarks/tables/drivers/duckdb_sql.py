"""
The bare SQL: one text for each row, written by COPY. Nothing is checked, no position kept.

    python duckdb_sql.py TABLE.csv OUTPUT.nq

Written for speed: what stands between two statements of a subject (the end of one line, the start of the next) is
made once for each row, and constants that touch are one.
"""

from __future__ import annotations

import sys

import duckdb
from statements import ALL_COLUMNS, IRI, STATEMENTS, TEXT, TEXTS, Statement, columns

LINE = "\n"
SUBJECTS = tuple(dict.fromkeys(s.subject for s in STATEMENTS))


def program(table: str, output: str) -> str:
    """The whole query. A column that holds free text is escaped once for each row."""
    taken = [f"{_escaped(name)} AS {name}" if name in TEXTS else name for name in ALL_COLUMNS]
    read = f"SELECT {', '.join(taken)} FROM read_csv({_quoted(table)}, all_varchar = true, header = true)"
    between = [
        f"{_expression(f' <{_graph(subject)}> .{LINE}<{subject}> ')} AS next_{number}"
        for number, subject in enumerate(SUBJECTS)
    ]
    parts = [part for number, subject in enumerate(SUBJECTS) for part in _lines(number, subject)]
    rows = f"SELECT concat({', '.join(parts)}) FROM (SELECT *, {', '.join(between)} FROM ({read}))"
    return f"COPY ({rows}) TO {_quoted(output)} (FORMAT csv, HEADER false, QUOTE '', DELIMITER '\x01')"


def _graph(subject: str) -> str:
    return next(s.graph for s in STATEMENTS if s.subject == subject)


def _lines(number: int, subject: str) -> list[str]:
    """
    The arguments of concat for the lines of one subject.

    `||` is NULL where a column is, and concat leaves NULL out: so an empty cell drops its line. A line that is always
    there comes last, for it has an end of its own.
    """
    own = sorted((s for s in STATEMENTS if s.subject == subject), key=lambda s: not set(columns(s.object)) - {"id"})
    parts = [_expression(f"{LINE if number else ''}<{subject}> ")]
    parts += [f"{_expression(_middle(s))} || next_{number}" for s in own[:-1]]
    return [*parts, _expression(f"{_middle(own[-1])} <{own[-1].graph}> .")]


def _middle(statement: Statement) -> str:
    value = f"<{statement.object}>" if statement.kind == IRI else f'"{statement.object}"'
    datatype = "" if statement.kind in {IRI, TEXT} else f"^^<{statement.kind}>"
    return f"<{statement.predicate}> {value}{datatype}"


def _expression(template: str) -> str:
    head, *rest = template.split("{")
    parts = [_quoted(head)]
    for part in rest:
        column, _, after = part.partition("}")
        parts += [column, _quoted(after)]
    return " || ".join(part for part in parts if part != "''")


def _escaped(name: str) -> str:
    text = f"trim(replace(replace({name}, '\r\n', '\n'), '\r', '\n'), ' \t\n\xa0')"
    for character, escape in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n")):
        text = f"replace({text}, {_quoted(character)}, {_quoted(escape)})"
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


if __name__ == "__main__":
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(program(*sys.argv[1:]))
