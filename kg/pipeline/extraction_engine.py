"""Which engine proposes facts: the cascade, or a model that is given the cascade's proposals as hints."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kg.extraction.dates import Calendar
from kg.extraction.llm.engine import ModelEngine
from kg.extraction.llm.model import KEY, Model
from kg.extraction.proposal import Engine
from kg.model.errors import UsageError
from kg.pipeline.cache import cache_folder
from kg.pipeline.extract import cascade_of
from kg.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Where a model answers and what it is called; `cached` says that answers are kept and used again."""

    base_url: str = ""
    model: str = ""
    timeout: float = 120.0
    cached: bool = True


def model_engine(project: Project, options: ModelOptions) -> Engine:
    """
    A model as an engine, with the cascade's proposals as hints and the key from the environment.

    Raises:
        UsageError: The address or the name is missing.
    """
    if not options.base_url or not options.model:
        missing = "--base-url" if not options.base_url else "--model"
        hint = "kg extract report.txt --engine llm --base-url http://localhost:11434/v1 --model NAME"
        raise UsageError(f"--engine llm needs {missing}", hint)
    cascade = cascade_of(project)
    cache = cache_folder() / "llm" if options.cached else None
    model = Model(options.base_url, options.model, os.environ.get(KEY, ""), options.timeout, cache)
    return ModelEngine(model, project.ontology, cascade.registry, cascade, Calendar(cascade.knowledge))
