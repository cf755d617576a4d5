"""Say how much of each room the tests run, and fail where that is too little.

    python tools/coverage_of_rooms.py

What was measured is combined first. Branches count: both ways of each `if`, and a loop that ends.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from coverage import Coverage

GOAL = 95
"""Per cent of the lines, and of the branches."""

SOURCE = Path("src/collectionlib")
ROOMS = {
    "model": "model.py",
    "codec": "codec.py",
    "storage": "storage/*",
    "query": "query/*",
    "importing": "importing/*",
    "publishing": "publishing/*",
}


def main() -> int:
    measured = Coverage()
    measured.combine()
    measured.save()
    short = [room for room, pattern in ROOMS.items() if not reaches_goal(measured, room, pattern)]
    if short:
        print(f"Less than {GOAL} %: {', '.join(short)}. `coverage report` names the lines.")
    return 1 if short else 0


def reaches_goal(measured: Coverage, room: str, pattern: str) -> bool:
    total = totals(measured, f"{SOURCE}/{pattern}")
    lines = 100 * total["covered_lines"] / total["num_statements"]
    branches = 100 * total["covered_branches"] / (total["num_branches"] or 1)
    print(
        f"{room:12}{lines:6.1f} % of {total['num_statements']:5} lines"
        f"{branches:8.1f} % of {total['num_branches']:5} branches"
    )
    return min(lines, branches) >= GOAL


def totals(measured: Coverage, pattern: str) -> dict[str, int]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        measured.json_report(include=[pattern], outfile=str(file))
        counts: dict[str, int] = json.loads(file.read_text("utf-8"))["totals"]
    return counts


if __name__ == "__main__":
    sys.exit(main())
