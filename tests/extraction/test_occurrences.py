"""Which place words stand at is what going through them one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.occurrences import Occurrences


@st.composite
def _quoted(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(alphabet="ab ", min_size=1, max_size=120))
    starts = draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=6))
    return text, [(start, draw(st.integers(start + 1, len(text)))) for start in starts]


@given(_quoted())
def test_places_are_those_that_a_search_counts(quoted: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = quoted
    occurrences = Occurrences(text, [text[start:end] for start, end in spans])
    for start, end in spans:
        words = text[start:end]
        places = [at for at in range(len(text)) if text.startswith(words, at)]
        assert occurrences.place(words, start) == (places.index(start) + 1 if len(places) > 1 else 0)
