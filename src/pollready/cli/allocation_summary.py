"""What came of a plan, said in a few lines."""

from pollready.jobs.allocate_file import AllocatedFile
from pollready.language import number, percent, say
from pollready.reports.allocation_file import costs_words, gets_words


def print_plan(found: AllocatedFile, language: str) -> None:
    """Print what the plan saves, its means, and what does not fit."""
    result, file = found.result, found.file

    def tell(key: str, **fields: object) -> None:
        print(say(f"allocation.{key}", language, **fields))

    if result.get("scenario"):
        tell("cli.under", under=file.under)
    served = sum(1 for row in file.rows.stations if row.gets)
    if result["stopped"] == "preview":
        tell("cli.preview", saved=round(result["saved"]), stations=served)
    else:
        tell(
            "cli.saved", saved=round(result["saved"]), stations=served,
            gap=percent(result["gap"], language, decimals=3),
        )  # fmt: skip
    for row in result["kinds"]:
        if row["asked"] or row["given"]:
            value = row["one_more"][1] if row["one_more"][1] is not None else row["value"]
            tell(
                "cli.kind", kind=file.kind(row["kind"]), given=row["given"], there=row["asked"],
                value="–" if value is None else number(round(value, 1), language),
            )  # fmt: skip
    if costs := result.get("costs"):
        print(costs_words(costs, file.rows.agency_names, language))
    for row in result["floors"]:
        if row["is_broken"]:
            tell(
                "cli.floor", number=row["wish"] + 1,
                county=file.rows.county_names.get(row["county"] or 0, ""),
                reached=row["reached"], asked=row["asked"],
            )  # fmt: skip
    left_out = sum(row["units"] or 0 for row in result["left_out"])
    if left_out:
        tell("cli.left_out", units=left_out)
    if result["without_voters"]:
        tell("cli.without_voters", stations=result["without_voters"])
    for row in file.rows.components:
        tell("cli.component", component=file.mask(row.code), gets=gets_words(row.sent, file),
             stations=row.behind)  # fmt: skip
