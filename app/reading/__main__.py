"""Read files and print their documents as JSON, one entry a path of the command line."""

import json
import sys
from pathlib import Path
from typing import Any

from app.documents import canonical
from app.reading import Reading, read_bytes


def printed(reading: Reading) -> dict[str, Any]:
    """The first document of the file, with the others under `also`, or an error; and the pages that were not read."""
    if not reading.documents:
        return {"error": {"verdict": reading.verdict.value, "reason": reading.reason}}
    first, *others = (canonical.write(document) for document in reading.documents)
    if others:
        first["also"] = others
    if reading.unread:
        first["unread_pages"] = sorted({entry.page for entry in reading.unread})
    return first


def main(paths: list[str]) -> None:
    """Print one entry a path, in order."""
    entries = [printed(read_bytes(Path(path).read_bytes(), name=path)) for path in paths]
    sys.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
