"""Pages that are made from the program itself, when the site is built: recipe, parts, commands, contracts."""

from __future__ import annotations

import ast
import html
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from tokbench import contracts, describing, errors
from tokbench.cli.main import COMMANDS, main
from tokbench.contracts import counting, places, progress, stages, text, training, using
from tokbench.corpora.source import Mix, SourceSettings
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts
from tokbench.documents import Documents
from tokbench.options import Option, options_of
from tokbench.recipe import validation
from tokbench.recipe.loader import KEYS, METRICS
from tokbench.recipe.recipe import LISTS, SINGLES
from tokbench.recipe.tables import ROLES, Base, Card, HubTarget, Promises, Token, Wrapper
from tokbench.registry import KINDS

TABLES = {"card": Card, "base": Base, "tokenizer": Wrapper, "checks": Promises, "mix": Mix, "hub": HubTarget}
"""The tables of a recipe that are not parts, by key."""
GIVEN = (Documents, WordCounts, Splitter)
"""Classes of tokbench that parts are given, or make."""
CHAPTERS = (places, progress, stages, training, text, counting, using)
"""The modules of the contracts, as a reader meets what they speak of."""
IN_TURN = "One table, or a list of them that work one after the other."
MANY = {
    **dict.fromkeys(LISTS.values(), IN_TURN),
    "metrics": f"One table, or a list of them; by default {', '.join(METRICS)}, and none where the list is empty.",
}
"""What may stand below a key that takes several parts, by their kind."""
TOKEN = "A token is a string, or a table with these keys:"
WIDTH = 80
"""Characters of a line of code that a page shows without scrolling."""
DESCRIBED = re.compile(r"((?:\w+, )*\w+): (.*)")
"""A line of a docstring that says what one option does, or several."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; MkDocs calls this with the files that it found."""
    pages = {"recipe": recipe(), "parts": parts(), "commands": commands(), "contracts": promises()}
    for name, page in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page))
    return files


def recipe() -> str:
    """Return the page of a recipe's keys, each with the options of its table."""
    blocks = [
        "# The recipe",
        "A recipe is one TOML file. Every key it can have is here; `tokbench schema` gives the same to editors, with"
        " the plugins that are installed.",
    ]
    for key, purpose in KEYS.items():
        blocks += [f"## {key}", f"{purpose[0].upper()}{purpose[1:]}.", *_key(key)]
    return "\n\n".join(blocks)


def _key(key: str) -> Iterator[str]:
    """Yield what a page says of one key."""
    if key in TABLES:
        yield _options(TABLES[key])
    elif key == "corpus":
        yield f"`use` names {_article('corpora')}; these keys every source has besides:"
        yield _options(SourceSettings)
    elif key in LISTS or key in SINGLES:
        kind = {**LISTS, **SINGLES}[key]
        many = f" {MANY[kind]}" if kind in MANY else ""
        yield f"`use` names {_article(kind)}, and the other keys are its options.{many}"
    elif key == "special_tokens":
        yield f"A token for each role ({', '.join(f'`{role}`' for role in ROLES)}), and a list `extra`. {TOKEN}"
        yield _options(Token)
    elif key == "added_tokens":
        yield f"A list. {TOKEN.removesuffix(':')} of [special_tokens](#special_tokens)."
    elif key == "validation":
        yield "`task` names a [task](parts.md#tasks). The table's own keys:"
        yield _options(validation.Trials)
        for name, table in validation.TABLES.items():
            yield f"### validation.{name}"
            yield _options(table)


def _article(kind: str) -> str:
    return f"a [{KINDS[kind]}](parts.md#{kind.replace('_', '-')})"


def parts() -> str:
    """Return the page of all parts of tokbench itself, by kind, with their options."""
    blocks = ["# Parts", "Every part that comes with tokbench; `tokbench parts` lists those of your plugins too."]
    for kind in KINDS:
        title = "Corpora" if kind == "corpora" else f"{KINDS[kind].capitalize()}s"
        blocks.append(f"## {title} {{#{kind.replace('_', '-')}}}")
        own = [line for line in describing.lines(kind) if line.package == "tokbench"]
        if not own:
            blocks.append("None comes with tokbench; plugins bring them.")
        for line in own:
            part = next(each for each in describing.described(line.name, kind))
            anchor = f"{kind.replace('_', '-')}-{line.name}"
            about, told = _read(part.documentation, part.options)
            blocks += [f"### {line.name} {{#{anchor}}}", _escaped(about), _rows(part.options, told)]
    return "\n\n".join(block for block in blocks if block)


def commands() -> str:
    """Return the page of the commands, as their own help shows them."""
    blocks = [
        "# Commands",
        "What `--help` says of each. Exit codes: 0, 1 where a check failed, 2 for what you can mend.",
    ]
    for path, command in _walk((), main):
        if path:
            context = click.Context(command, info_name=" ".join(("tokbench", *path)), **main.context_settings)
            blocks += [f"## tokbench {' '.join(path)}", f"```text\n{command.get_help(context)}\n```"]
    return "\n\n".join(blocks)


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        names = COMMANDS if not path else command.commands
        for name in names:
            found = command.get_command(click.Context(command), name)
            if found is not None:
                yield from _walk((*path, name), found)


def promises() -> str:
    """Return the page of the contracts: what a part of each kind must do, with what its words mean."""
    first, _, rest = (inspect.getdoc(contracts) or "").partition("\n")
    blocks = ["# What a part must do", first.partition(": ")[0] + ": `tokbench.contracts`, in full.", rest]
    for module in CHAPTERS:
        tree = ast.parse(inspect.getsource(module))
        blocks += [f"## {(ast.get_docstring(tree) or '').rstrip('.')}", *_chapter(tree)]
    blocks.append("## What parts are given, and may import")
    for each in GIVEN:
        heading, *told = _chapter(ast.parse(inspect.getsource(each)))
        blocks += [heading, _python(f"from {each.__module__} import {each.__name__}"), *told]
    blocks += ["### tokbench.errors", inspect.getdoc(errors) or ""]
    return "\n\n".join(blocks)


def _chapter(tree: ast.Module) -> Iterator[str]:
    """Yield what a module of the contracts has: classes, functions, and names with what is said of them."""
    for node, after in itertools.zip_longest(tree.body, tree.body[1:]):
        if isinstance(node, ast.ClassDef):
            yield from _contract(node)
        elif isinstance(node, ast.FunctionDef):
            yield from (f"### {node.name}", _python(_signature(node)), _escaped(ast.get_docstring(node) or ""))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and (said := _string(after)):
            name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            yield from (f"### {name}", _python(ast.unparse(node)), _escaped(said))


def _contract(node: ast.ClassDef) -> Iterator[str]:
    """Yield what a class asks for: prose, its fields, and each of its methods with what it gives."""
    yield f"### {node.name}"
    yield _escaped(ast.get_docstring(node) or "")
    pairs = list(itertools.zip_longest(node.body, node.body[1:]))
    fields = [line for field, after in pairs if isinstance(field, ast.AnnAssign) for line in _field(field, after)]
    if fields:
        yield _python("\n".join(fields))
    methods = (each for each in node.body if isinstance(each, ast.FunctionDef) and ast.get_docstring(each))
    for method in (each for each in methods if not re.match("_[^_]", each.name)):
        yield _python(_signature(method))
        yield _escaped(ast.get_docstring(method) or "")


def _field(field: ast.AnnAssign, after: ast.AST | None) -> Iterator[str]:
    """Yield the lines of a field, what is said of it first."""
    yield from textwrap.wrap(" ".join(_string(after).split()), WIDTH, initial_indent="# ", subsequent_indent="# ")
    yield ast.unparse(field)


def _signature(method: ast.FunctionDef) -> str:
    """Return the head of a method: one line, or a line for each argument where that would be long."""
    returns = ast.unparse(method.returns) if method.returns else "None"
    above = "".join(f"@{ast.unparse(each)}\n" for each in method.decorator_list)
    arguments = list(_arguments(method.args))
    head = f"def {method.name}({', '.join(arguments)}) -> {returns}"
    if len(head) > WIDTH:
        head = "\n".join([f"def {method.name}(", *(f"    {argument}," for argument in arguments), f") -> {returns}"])
    return above + head


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    """Yield each argument with its type and default; those after a `*` are given by name."""
    required = [None] * (len(arguments.args) - len(arguments.defaults))
    pairs: list[tuple[ast.arg, ast.expr | None]] = [*zip(arguments.args, [*required, *arguments.defaults], strict=True)]
    named = [*zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    for argument, default in [*pairs, *([(ast.arg("*"), None)] if named else []), *named]:
        yield ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def _string(node: ast.AST | None) -> str:
    """Return what a string says that stands below a name, or nothing."""
    documented = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return inspect.cleandoc(str(node.value.value)) if documented else ""


def _python(code: str) -> str:
    return f"```python\n{code}\n```"


def _options(table: type) -> str:
    options = options_of(table)
    _, told = _read(inspect.getdoc(table) or "", options)
    return _rows(options, {**_comments(table), **told})


def _read(documentation: str, options: Sequence[Option]) -> tuple[str, dict[str, str]]:
    """Return what a docstring says of the class, and of each of its options."""
    names = {option.name for option in options}
    about: list[str] = []
    told: dict[str, str] = {}
    current: list[str] = []
    for line in documentation.splitlines():
        found = DESCRIBED.match(line)
        if found and names.issuperset(found[1].split(", ")):
            current = found[1].split(", ")
            told |= dict.fromkeys(current, found[2])
        elif current and line.startswith(" "):
            told |= {name: f"{told[name]} {line.strip()}" for name in current}
        else:
            about.append(line)
    return "\n".join(about).strip(), told


def _rows(options: Sequence[Option], told: Mapping[str, str]) -> str:
    """Return the options as a table in Markdown, which telephones show without columns; empty where there are none."""
    rows = [
        f"| `{option.name}` | {option.type} | {_default(option)} | {_cell(told.get(option.name, ''))} |"
        for option in options
    ]
    table = "\n".join(["| option | type | default | what it does |", "|---|---|---|---|", *rows])
    return f'<div class="rows options" markdown>\n\n{table}\n\n</div>' if rows else ""


def _comments(table: type) -> dict[str, str]:
    """Return what stands as a string below a field, by the field's name."""
    body = ast.parse(textwrap.dedent(inspect.getsource(table))).body[0]
    found: dict[str, str] = {}
    name = ""
    for node in getattr(body, "body", []):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found[name] = " ".join(str(node.value.value).split())
            name = ""
        else:
            name = ""
    return found


def _default(option: Option) -> str:
    if option.required:
        return "**must be given**"
    return "none" if option.default == "null" else f"`{option.default}`"


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Return prose whose signs Markdown would take for its own; code, in backticks or indented, is left alone."""
    blocks = text.split("\n\n")
    return "\n\n".join(block if block.startswith("    ") else _escaped_prose(block) for block in blocks)


def _escaped_prose(text: str) -> str:
    pieces = re.split(r"(``.+?``|`.+?`)", text, flags=re.DOTALL)
    pieces[::2] = (html.escape(re.sub(r"[*_\[]", r"\\\g<0>", piece), quote=False) for piece in pieces[::2])
    return "".join(pieces)
