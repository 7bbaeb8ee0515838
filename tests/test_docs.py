"""What the README says exists, exists; what exists and matters, it says."""

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from kb import errors
from kb.cli import app
from kb.settings import PREFIX, Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app)


def commands() -> set[str]:
    assert isinstance(COMMANDS, TyperGroup)
    return set(COMMANDS.commands)


def options() -> set[str]:
    assert isinstance(COMMANDS, TyperGroup)
    found = {"--help"}
    todo: list[Any] = list(COMMANDS.commands.values())
    while todo:
        command = todo.pop()
        todo.extend(getattr(command, "commands", {}).values())
        found |= {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    return found


def codes() -> set[str]:
    kinds = [errors.KbError]
    for kind in kinds:
        kinds.extend(child for child in kind.__subclasses__() if child.__module__ == errors.__name__)
    return {kind.code for kind in kinds}


def shown(value: Any) -> str:
    match value:
        case "" | ():
            return "—"
        case bool():
            return str(value).lower()
        case timedelta():
            return ""
        case _:
            return str(value)


def test_every_command_is_described_and_every_one_described_exists() -> None:
    named = set(re.findall(r"(?:^|`|\$ |：`)kb ([a-z]+)\b", README, re.MULTILINE))
    assert named - commands() == set()
    assert commands() - named == set()


def test_every_option_in_the_readme_exists() -> None:
    used = {option for line in re.findall(r"kb [a-z]+[^\n|`]*", README) for option in re.findall(r"--[a-z-]+", line)}
    assert used - options() == set()


def test_every_setting_is_in_the_table_with_its_meaning() -> None:
    for field in fields(Settings):
        rows = [line for line in README.splitlines() if line.startswith(f"| `{PREFIX}{field.name.upper()}`")]
        assert len(rows) == 1, field.name
        assert field.metadata["doc"] in rows[0]
        assert shown(field.default).removeprefix("—") in rows[0]


def test_every_setting_in_the_readme_exists() -> None:
    named = set(re.findall(r"`?(KB_[A-Z]+(?:_[A-Z]+)*)", README))
    assert named - {PREFIX + field.name.upper() for field in fields(Settings)} == set()


def test_every_error_code_is_listed_and_every_one_listed_exists() -> None:
    section = README.split("### Errors", 1)[1].split("\n### ", 1)[0]
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))
    web = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kb" / "web").glob("*.py"))
    assert codes() - listed == set()
    assert {code for code in listed - codes() if f'"{code}"' not in web} == set()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_every_file_that_the_readme_links_to_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_folder_in_the_readme_exists() -> None:
    for path in re.findall(r"`((?:kb|tests|data|notebooks)/[\w/.]+)`", README):
        assert (ROOT / path).exists(), path


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", README)) | {"serve", "test"} <= targets


def test_nothing_of_a_machine_is_in_the_documentation() -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "Makefile")
    ]
    assert not [text for text in texts if re.search(r"/work/|/root/|/home/\w", text)]


def test_the_template_can_be_ingested() -> None:
    from datetime import date

    from kb.ingest.read import read

    reading = read([Path(ROOT / "data" / "template.csv")], today=date(2026, 11, 21))
    assert len(reading.entries) == 2
    assert not reading.problems
