from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _called_kg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under `python -m pytest` click would say `Usage: python -m pytest …`."""
    monkeypatch.setattr(sys.modules["__main__"], "__package__", "", raising=False)
