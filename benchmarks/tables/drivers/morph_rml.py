"""
Morph-KGC, its own command with two processes, over RML with a graph map.

    python morph_rml.py TABLE.csv OUTPUT_FOLDER

Writes mapping and configuration, then becomes `python -m morph_kgc`. Processes that write one file at a time mix their
lines, so each mapping partition has a file of its own, as its documents advise.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from statements import IRI, STATEMENTS, TEXT, Statement, columns

HEAD = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
"""
CONFIGURATION = """\
[CONFIGURATION]
na_values =
output_dir = {output}
output_format = N-QUADS
number_of_processes = 2
logging_level = WARNING

[GED]
mappings = {mapping}
"""


def mapping(table: str) -> str:
    """One triples map for each subject: the event and the claim."""
    parts = [HEAD]
    for number, subject in enumerate(dict.fromkeys(s.subject for s in STATEMENTS)):
        own = [s for s in STATEMENTS if s.subject == subject]
        parts.append(
            f"<#map{number}> a rr:TriplesMap ;\n"
            f"  rml:logicalSource [ rml:source {json.dumps(table)} ; rml:referenceFormulation ql:CSV ] ;\n"
            f"  rr:subjectMap [ {_term(subject)} ; rr:graphMap [ {_term(own[0].graph)} ] ]"
        )
        parts += [
            f" ;\n  rr:predicateObjectMap [ rr:predicate <{s.predicate}> ; rr:objectMap [ {_object(s)} ] ]" for s in own
        ]
        parts.append(" .\n")
    return "".join(parts)


def _term(template: str) -> str:
    return f"rr:template {json.dumps(template)}" if columns(template) else f"rr:constant <{template}>"


def _object(statement: Statement) -> str:
    if statement.kind == IRI:
        return _term(statement.object)
    names = columns(statement.object)
    kind = "" if statement.kind == TEXT else f" ; rr:datatype <{statement.kind}>"
    if not names:
        return f'rr:constant "{statement.object}"{kind}'  # Morph-KGC 2.10 drops the datatype of a typed constant
    if statement.object == f"{{{names[0]}}}":
        return f"rml:reference {json.dumps(names[0])}{kind}"
    return f"rr:template {json.dumps(statement.object)} ; rr:termType rr:Literal{kind}"


if __name__ == "__main__":
    table, output = sys.argv[1:]
    shutil.rmtree(output, ignore_errors=True)
    Path(output).mkdir(parents=True)
    rules, settings = Path(output + ".rml.ttl"), Path(output + ".ini")
    rules.write_text(mapping(table), encoding="utf-8")
    settings.write_text(CONFIGURATION.format(output=output, mapping=rules), encoding="utf-8")
    os.execv(sys.executable, [sys.executable, "-m", "morph_kgc", str(settings)])  # noqa: S606 -- becomes the peer
