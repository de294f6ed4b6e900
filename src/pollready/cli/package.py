"""`pollready package`: write a province's signed package, take packages in, show the key."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pollready.cli.options import add_language, not_blank

if TYPE_CHECKING:  # the tables are imported late
    from pollready.places.models import ElectionRound

ENDING = ".pollready"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("package", help="packages between provinces and the nation")
    parser.add_argument("action", choices=("export", "import", "key"))
    parser.add_argument(
        "path", type=Path, nargs="?", metavar="PATH",
        help="export: a folder to write into; import: a package, or a folder of packages",
    )  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="export: the day")
    parser.add_argument(
        "--ceiling", type=int, choices=range(5), default=0,
        help="export: highest class of what goes in (0, the default: figures alone)",
    )  # fmt: skip
    parser.add_argument(
        "--reason", type=not_blank, default="", metavar="REASON",
        help="export: why something classified goes in",
    )  # fmt: skip
    parser.add_argument("--round", metavar="CODE", help="the round; by default the newest")
    add_language(parser)
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 1 where nothing could be written or taken in."""
    if arguments.action != "key" and arguments.path is None:
        arguments.refuse("PATH is missing")
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    return {"key": _key, "export": _export, "import": _import}[arguments.action](arguments)


def _key(arguments: argparse.Namespace) -> int:
    from pollready.language import say
    from pollready.reports.national.keys import fingerprint, own_public_key

    key = own_public_key()
    print(say("reports.national.own_key", arguments.language, hexadecimal=key))
    print(say("reports.national.own_fingerprint", arguments.language, digits=fingerprint(key)))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils.timezone import localdate

    from pollready.assessment.assessing import end_of
    from pollready.assessment.terrain_folder import open_terrain
    from pollready.audit.logins import login
    from pollready.jobs.assess_file import default_as_of
    from pollready.jobs.folders import FolderUnusable
    from pollready.language import say
    from pollready.reports.national.commands import export_package

    now = datetime.now(UTC).replace(microsecond=0)
    round_ = _round(arguments)
    day = arguments.as_of or default_as_of(round_.pk, today=localdate(now))
    written = export_package(
        round_.pk,
        as_of=day,
        moment=min(end_of(arguments.as_of), now) if arguments.as_of else now,
        ceiling=arguments.ceiling,
        reason=arguments.reason,
        terrain=open_terrain(settings.POLLREADY_TERRAIN),
        actor=login(),
        by=None,
        now=now,
    )
    path = arguments.path / written.name
    try:
        arguments.path.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written.content)
    except OSError as error:
        raise FolderUnusable(arguments.path) from error
    print(say("reports.national.written", arguments.language, file=str(path)))
    return _key(arguments)


def _import(arguments: argparse.Namespace) -> int:
    from pollready.audit.logins import login
    from pollready.intake.reading.limits import NoAccess, NoSuchFile
    from pollready.language import message, say
    from pollready.reports.national.commands import import_package
    from pollready.reports.national.format import FILE_MAX, PackageRefused

    path: Path = arguments.path
    files = sorted(path.glob(f"*{ENDING}")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise NoSuchFile(path.name)
    round_, taken = _round(arguments), 0
    for file in files:
        try:
            with file.open("rb") as opened:
                content = opened.read(FILE_MAX + 1)
        except OSError:
            raise NoAccess(file.name) from None
        try:
            package = import_package(
                content, round_=round_, actor=login(), by=None, now=datetime.now(UTC)
            )
        except PackageRefused as refused:
            print(f"{file.name}: {message(refused, arguments.language)}")
            continue
        taken += 1
        said = {"province": package.key.name, "moment": package.as_of}
        print(f"{file.name}: {say('reports.national.taken', arguments.language, **said)}")
    return 0 if taken == len(files) else 1


def _round(arguments: argparse.Namespace) -> "ElectionRound":
    from pollready.places.models import ElectionRound
    from pollready.reports.national.format import PackageRefused

    rounds = ElectionRound.objects.order_by("-election_date", "-pk")
    found = rounds.filter(code=arguments.round).first() if arguments.round else rounds.first()
    if found is None:
        raise PackageRefused("no-round", round=arguments.round or "")
    return found
