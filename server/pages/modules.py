"""Which modules a page's script needs: told to the browser at once, they come side by side and not one after the other."""

import re
from functools import cache
from pathlib import Path

from server.pages.assets import ROOT

_IMPORT = re.compile(r"""^(?:import|export)\b[^'";]*?(?:from\s*)?['"](\.{1,2}/[^'"]+)['"]""", re.M)
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/")


@cache
def needed(script: str) -> tuple[str, ...]:
    """All modules that `script` (such as `/widget/frame.js`) imports, itself left out, as paths on the server.

    A module that is imported when its time comes (`import(…)`) is not among them.
    """
    found: dict[str, None] = {script: None}
    for path in (waiting := [script]):
        file = ROOT / path.lstrip("/")
        for name in _IMPORT.findall(_COMMENT.sub("", file.read_text())):
            target = "/" + (file.parent / name).resolve().relative_to(ROOT.resolve()).as_posix()
            if target not in found and Path(ROOT / target.lstrip("/")).is_file():
                found[target] = None
                waiting.append(target)
    return tuple(found)[1:]
