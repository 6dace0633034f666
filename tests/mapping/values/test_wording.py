from __future__ import annotations

from collections import defaultdict
from datetime import time

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.mapping.values.counts import read_count
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.times import read_time
from kg.mapping.values.wording import HOLE, Wording, fold
from kg.model.errors import OntologyError
from kg.model.shipped import shipped
from kg.ontology import vocabulary as v

PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in v.PREFIXES.items())


def triples(turtle: str) -> list[Quad]:
    return list(pyoxigraph.parse(PREFIXES + turtle, format=pyoxigraph.RdfFormat.TURTLE))


def extended(turtle: str) -> Wording:
    own = pyoxigraph.parse(path=shipped("ontology") / "wording.ttl")
    return Wording.from_triples([*own, *triples(turtle)])


def test_every_term_has_a_label_and_a_definition() -> None:
    said: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for quad in pyoxigraph.parse(path=shipped("ontology") / "wording.ttl"):
        if isinstance(quad.subject, NamedNode):
            english = isinstance(quad.object, Literal) and quad.object.language == "en"
            said[quad.subject] |= {quad.predicate} if english else set()
    assert len(said) > 100
    for term, predicates in said.items():
        assert v.SKOS_DEFINITION in predicates, term.value
        assert predicates & {v.RDFS_LABEL, v.SKOS_PREF_LABEL}, term.value


def test_every_part_of_the_day_is_read_as_itself(wording: Wording) -> None:
    assert len(wording.parts_of_day) > 60
    for label, part in wording.parts_of_day.items():
        reading = read_time(label, wording, None)
        assert (reading.clock_earliest, reading.clock_latest) == (part.earliest, part.latest), label


def test_every_word_of_a_time_is_read(wording: Wording) -> None:
    for label in [label for label in wording.approximations if HOLE not in label]:
        assert read_time(f"{label} 09:30", wording, None).approximate, label
    for label in wording.time_relations:
        assert read_time(f"{label} 2023-11-03", wording, None).precision == v.INTERVAL_PRECISION, label
    for label, number in wording.weekdays.items():
        day = f"2023-11-{5 + number:02}"  # 6 November 2023 was a Monday
        assert str(read_time(f"{label} {day}", wording, None).first_day) == day, label
    for label in wording.unknown_times:
        assert read_time(label, wording, None).unknown, label


def test_every_phrase_of_a_count_is_read(wording: Wording) -> None:
    assert len(wording.quantifiers) > 150
    for label, quantifier in wording.quantifiers.items():
        wordless = quantifier.qualifier in (v.VAGUE, v.NONE_REPORTED, v.UNKNOWN_COUNT)
        text = label.replace(HOLE, "people" if wordless else "20")
        assert read_count(text, wording).qualifier == quantifier.qualifier, text
        if quantifier.exclusive:
            reading = read_count(text, wording)
            assert (reading.low, reading.high) in ((21, None), (None, 19)), text


def test_every_number_word_is_read(wording: Wording) -> None:
    for label, word in wording.numbers.items():
        reading = read_count(f"{label} soldiers", wording)
        assert (reading.qualifier, reading.low, reading.high) == (v.EXACT, word.number, word.number), label


def test_proportions_are_no_counts(wording: Wording) -> None:
    for label in wording.proportions:
        with pytest.raises(ValueProblem, match="is a share"):
            read_count(f"20 {label}", wording)


def test_labels_of_every_language_are_read() -> None:
    wording = extended(
        """
        kg:predawn skos:altLabel "до рассвета"@ru .
        kg:morning skos:altLabel "မနက်"@my .
        kg:around skos:altLabel "Около"@ru .
        kg:atLeast skos:altLabel "не менее"@ru , "… ou plus"@fr .
        kg:wordTwenty skos:altLabel "двадцать"@ru .
        """
    )
    assert read_time("До рассвета", wording, None).clock_earliest == time(3)
    assert read_time("၂၀၂၃-၁၁-၀၃ မနက်", wording, None).clock_latest == time(12)
    assert read_time("около 09:30", wording, None).clock_earliest == time(9)
    assert read_count("не менее двадцать солдат", wording).low == 20
    assert read_count("20 ou plus", wording).qualifier == v.AT_LEAST


def test_windows_are_data() -> None:
    wording = Wording.from_triples(
        triples(
            """
            kg:prayer a kg:PartOfDay ; skos:prefLabel "after Friday prayers"@en ;
                kg:clockEarliest "13:00:00"^^xsd:time ; kg:clockLatest "14:00:00"^^xsd:time .
            """
        )
    )
    assert read_time("after Friday prayers", wording, None).clock_latest == time(14)
    with pytest.raises(ValueProblem):
        read_time("predawn", wording, None)


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ('kg:evening skos:altLabel "Morning"@en .', "'morning' have two meanings"),
        ('kg:atMost skos:altLabel "at least"@en .', "have two meanings"),
        ('kg:x a kg:PartOfDay ; skos:prefLabel "x"@en .', "has no value of"),
        ('kg:morning kg:clockEarliest "06:00:00"^^xsd:time .', "has 2 values of"),
        ('kg:x a kg:NumberWord ; skos:prefLabel "x"@en ; kg:number "many" .', "is no whole number"),
        ('kg:x a kg:PartOfDay ; skos:prefLabel "x"@en ; kg:clockEarliest "25" ; kg:clockLatest "5" .', "is no time"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(turtle: str, message: str) -> None:
    with pytest.raises(OntologyError, match=message):
        extended(turtle)


def test_a_number_stands_at_one_end_of_its_phrase() -> None:
    wording = extended('kg:atLeast skos:altLabel "at least … and more"@en .')
    with pytest.raises(OntologyError, match="before it or behind it"):
        read_count("at least some", wording)


def test_fold_makes_one_of_what_nobody_tells_apart() -> None:
    assert fold("  At\u00a0LEAST  ၂၀ ") == "at least 20"
    assert fold("People’s") == fold("people's")
