"""`kg why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.machine import text_or_json, to_json

if TYPE_CHECKING:
    from kg.pipeline.why import Account, Why


@click.command("why")
@click.argument("asked", nargs=-1, required=True, metavar="ID | SUBJECT KEY OBJECT")
@text_or_json
@click.pass_context
def command(ctx: click.Context, asked: tuple[str, ...], form: str) -> None:
    r"""
    Show who says so, in which words, and where it is written.

    Takes the id of a thing or a claim, an address, or a statement of three words.

    \b
    Examples:
      kg why attack-on-kawlin-bases
      kg why attack-on-kawlin-bases attacker kawlin-pdf
    """
    from kg.pipeline.why import why

    project = ctx.obj.project()
    answer = why(project, *asked)
    if form == "json":
        click.echo(to_json(answer))
    else:
        _show(answer)


def _show(answer: Why) -> None:
    head = [click.style(answer.asked, bold=True), *answer.names]
    if answer.types:
        head.append(f"({', '.join(answer.types)})")
    click.echo("  ".join(head))
    if answer.introduced is not None:
        click.echo(f"introduced at {answer.introduced}")
    for account in answer.accounts:
        click.echo()
        _account(account)


def _account(account: Account) -> None:
    voice = account.voice
    who = f"{voice.speaker} {voice.verb}".strip() if voice.verb else voice.speaker
    source = ", ".join(part for part in (account.publisher, account.issued) if part) or voice.document
    place = f"  {account.position}" if account.position else ""
    click.echo(click.style(f"{source}: {who or 'registry entry'}", fg="cyan") + place)
    for quote in voice.quotes:
        click.echo(f"  “{quote}”")
    for words in voice.words:
        click.echo(f"  ({voice.basis}) {words}")
    for told in account.told:
        at = f"  {click.style(str(told.position), dim=True)}" if told.position else ""
        click.echo(f"    {told.thing}  {told.key}  {told.value}{at}")
    for link in account.links:
        click.echo(f"  {link.claim} {link.relation} it" if link.incoming else f"  {link.relation} {link.claim}")
