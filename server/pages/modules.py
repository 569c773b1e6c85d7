"""Our modules as one: a page asks once instead of thirty times, and gzip finds what they have in common.

The checkout needs no build step for it: `pack` runs when the file is first asked for. Each module becomes a function that gives
its exports, in the order in which they need each other. It understands the two forms that our sources keep to:
`import { a, b as c } from './x.js';` and `export` before a function, class or const; anything else is refused.
"""

import re
from collections.abc import Iterator

from server.pages.assets import ROOT, slim

_IMPORT = re.compile(r"^import \{([^}]*)\} from '(\.{1,2}/[^']+)';\n", re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.M)
_UNKNOWN = re.compile(r"^(?:import[\s{*'\"]|export\b).*", re.M)


def pack(script: str) -> str:
    """`script` (such as `widget/frame.js`) with all that it imports. Raises ValueError for a form that it does not know.

    What is imported when its time comes (`import(…)`) stays outside; its path is seen from `script`.
    """
    names = {path: f"m{number}" for number, path in enumerate(needed(script))}
    return "".join(_wrapped(path, names, last=path == script) for path in names)


def needed(script: str) -> list[str]:
    """`script` and all modules that it imports, each after those that it needs itself, as paths in the checkout."""
    found: list[str] = []

    def visit(path: str) -> None:
        for target in _targets(path):
            if target not in found:
                visit(target)
        if path not in found:
            found.append(path)

    visit(script)
    return found


def _wrapped(path: str, names: dict[str, str], last: bool) -> str:
    text = slim((ROOT / path).read_text())
    text = _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {names[_resolve(path, found[2])]};\n", text)
    exports = _EXPORT.findall(text)
    text = _EXPORT.sub("", text)
    if unknown := _UNKNOWN.search(text):
        raise ValueError(f"{path} can't be packed: {unknown[0]}")
    return text if last else f"const {names[path]} = (() => {{\n{text}return {{{', '.join(exports)}}};\n}})();\n"


def _targets(path: str) -> Iterator[str]:
    for _, name in _IMPORT.findall(slim((ROOT / path).read_text())):
        yield _resolve(path, name)


def _resolve(path: str, name: str) -> str:
    return ((ROOT / path).parent / name).resolve().relative_to(ROOT.resolve()).as_posix()
