"""placeholder until the contract is there"""
from __future__ import annotations
class Losses:
    def __init__(self) -> None:
        self.found: list[tuple[str,int,str]] = []
    def add(self, what: str, times: int = 1, example: str = "") -> None:
        self.found.append((what, times, example))
