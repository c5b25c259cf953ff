"""``--lang``: the language of a call, by the environment where it is not named."""

from __future__ import annotations

from typing import Annotated

import typer

from analyzer.texts import LANGUAGES, N_, _, language


def _spoken(value: str | None) -> str:
    wished = value or language()
    if wished not in LANGUAGES:
        told = _("Unsupported language {language}. Choose one of: {languages}")
        raise typer.BadParameter(told.format(language=repr(wished), languages=", ".join(LANGUAGES)))
    return wished


Language = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="|".join(LANGUAGES), callback=_spoken, help=N_("Language of the report and the terminal [default: from LANG].")
    ),
]
