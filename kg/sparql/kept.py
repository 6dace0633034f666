"""SQL of queries that were compiled before over the same dataset: kept for the next process that asks them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Final

from kg.columns import terms
from kg.model.kept import Kept, digest_of
from kg.sparql.closures import Closure
from kg.sparql.forms import Compiled

_COMPILERS: Final = ("rdflib",)


class KeptQueries:
    """
    Compiled queries over the file of a dataset, kept in another file; see `Kept`.

    Their SQL names terms by number, so it holds for this dataset alone: a build makes another file.
    """

    def __init__(self, file: Path, dataset: Path) -> None:
        self._kept = Kept(file)
        stat = dataset.stat()
        self._dataset = f"{dataset.absolute()} {stat.st_ino} {stat.st_size} {stat.st_mtime_ns}"

    def get(self, text: str) -> Compiled | None:
        """A query as it was compiled before; None where it was not."""
        found = self._kept.get(self._key(text))
        if found is None:
            return None
        form, sql, variables, forms, closures = json.loads(found)
        return Compiled(form, sql, tuple(variables), tuple(forms), tuple(Closure(*one) for one in closures))

    def put(self, text: str, compiled: Compiled) -> None:
        """Keep a compiled query by its text."""
        self._kept.put(self._key(text), json.dumps(astuple(compiled)))

    def close(self) -> None:
        """See `Kept.close`."""
        self._kept.close()

    def _key(self, text: str) -> str:
        said = f"{self._dataset}\n{text}".encode(errors="surrogatepass")
        return f"query {_compiler()} {hashlib.sha256(said).hexdigest()}"


@cache
def _compiler() -> str:
    """Changes with what makes SQL of a query."""
    return digest_of(_COMPILERS, [Path(__file__).parent, Path(terms.__file__).parent])
