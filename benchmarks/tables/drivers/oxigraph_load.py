"""
Oxigraph's own bulk load of a file into a new store on disk; then, apart, a question to it.

    python oxigraph_load.py FILE.nq FOLDER
    python oxigraph_load.py --ask FOLDER QUESTION.rq
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyoxigraph as ox

if __name__ == "__main__":
    if sys.argv[1] == "--ask":
        answer = ox.Store.read_only(sys.argv[2]).query(Path(sys.argv[3]).read_text(encoding="utf-8"))
        sys.stdout.write("".join(f"{solution[0].value}\n" for solution in answer))
    else:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
        store = ox.Store(sys.argv[2])
        store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
        store.flush()
