"""Puts the script of `kg export html` into a wheel; it is built from web/ and never committed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PLACE = "kg/shipped/page"
_CHOICE = "KG_PAGE"
"""`no` leaves the page out, `required` fails without it; else a warning tells that it could not be built."""


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Bundles the page, unless a fresh bundle is there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """
        Add the bundle to what the wheel holds. An editable install reads build/page itself.

        Raises:
            RuntimeError: It is required and cannot be built.
        """
        choice = os.environ.get(_CHOICE, "")
        web = Path(self.root) / "web"
        if version == "editable" or choice == "no" or not web.is_dir():
            return
        sys.path.insert(0, str(web))
        try:
            import bundle

            if not bundle.is_fresh():
                bundle.bundle()
            build_data["force_include"][str(bundle.FOLDER)] = _PLACE
        except RuntimeError as error:
            if choice == "required":
                raise
            self.app.display_warning(f"the wheel is built without the page of `kg export html`: {error}")
        finally:
            sys.path.remove(str(web))
