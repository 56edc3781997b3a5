"""The house documents say what the code says."""

import importlib.util
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from caveat import model
from caveat.pipeline import SERVICES, STAGES

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Alternatives", "Consequences"]
LONGEST_RECORD = 60  # lines: under a page

README = (ROOT / "README.md").read_text(encoding="utf-8")


def a_script(name: str) -> ModuleType:
    loader = SourceFileLoader(name, str(ROOT / "scripts" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


docs = a_script("docs")
hygiene = a_script("hygiene")


def house_documents() -> list[Path]:
    return [
        *(ROOT / name for name in HOUSE),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "services").glob("*/README.md")),
        *sorted((ROOT / "deploy").rglob("*.md")),
        ROOT / "corpus" / "README.md",
    ]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Copy the documents with generated parts, as they are now."""
    for document in docs.documents(ROOT):
        if document.path.exists():
            copy = tmp_path / document.path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(document.path.read_text(encoding="utf-8"), encoding="utf-8")
    for record in RECORDS:
        (tmp_path / record.relative_to(ROOT)).write_text(record.read_text(encoding="utf-8"))
    return tmp_path


# --- generated parts ---


def test_generated_parts_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--check"]) == 0, capsys.readouterr().out


def test_shows_a_stale_part_without_writing_it(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = house / "README.md"
    stale = README.replace("flowchart LR", "flowchart TD")
    readme.write_text(stale, encoding="utf-8")

    assert docs.main(["--check"], house) == 1

    shown = capsys.readouterr().out
    assert "-flowchart TD\n+flowchart LR\n" in shown
    assert "README.md" in shown
    assert readme.read_text(encoding="utf-8") == stale


def test_writes_a_stale_part_and_nothing_around_it(house: Path) -> None:
    readme = house / "README.md"
    readme.write_text(README.replace("flowchart LR", "flowchart TD"), encoding="utf-8")

    assert docs.main([], house) == 0

    assert readme.read_text(encoding="utf-8") == README
    assert docs.main(["--check"], house) == 0


def test_fills_the_settings_of_a_service_between_its_markers(house: Path) -> None:
    readme = house / "services" / "guard" / "README.md"
    readme.parent.mkdir(parents=True, exist_ok=True)
    readme.write_text("# guard\n\n<!-- settings:begin -->\n<!-- settings:end -->\n\nAlone.\n")

    assert docs.main([], house) == 0

    text = readme.read_text(encoding="utf-8")
    assert "| `CAVEAT_GUARD_RETRIEVER` | required |" in text
    assert "| `CAVEAT_GUARD_WINDOW` | `32` |" in text
    assert text.startswith("# guard\n\n<!-- settings:begin -->\n|")
    assert text.endswith("|\n<!-- settings:end -->\n\nAlone.\n")


def test_leaves_a_service_without_markers_alone_and_names_it(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = house / "services" / "guard" / "README.md"
    readme.parent.mkdir(parents=True, exist_ok=True)
    readme.write_text("# guard\n\nNo table.\n", encoding="utf-8")

    assert docs.main([], house) == 0

    assert readme.read_text(encoding="utf-8") == "# guard\n\nNo table.\n"
    assert "services/guard/README.md has no markers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("marker", "damaged"),
    [
        ("<!-- picture:end -->\n", ""),
        ("<!-- picture:begin -->\n", ""),
        ("<!-- picture:begin -->\n", "<!-- picture:begin -->\n<!-- picture:begin -->\n"),
    ],
)
def test_refuses_a_document_with_damaged_markers(
    house: Path, capsys: pytest.CaptureFixture[str], marker: str, damaged: str
) -> None:
    (house / "README.md").write_text(README.replace(marker, damaged), encoding="utf-8")

    assert docs.main([], house) == 1
    assert "picture" in capsys.readouterr().err


def test_every_setting_has_a_meaning() -> None:
    for name in SERVICES:
        for row in docs.settings_of(name)(ROOT).splitlines()[2:]:
            assert not row.endswith("|  |"), row


def test_the_glossary_has_every_word_of_the_model() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

    assert [word for word in model.__all__ if f"| `{word}` |" not in glossary] == []


# --- what people read first ---


def test_the_readme_names_exactly_two_commands() -> None:
    demo = re.search(r"<!-- demo:begin -->.*?<!-- demo:end -->", README, re.DOTALL)

    assert demo is not None
    own = README.replace(demo.group(), "")
    assert set(re.findall(r"\bmake [a-z]+|\bcaveat [a-z]+ ", own)) == {"make demo", "make test"}


def test_the_readme_says_early_what_caveat_will_not_do() -> None:
    opening = README[: README.index("## The pipeline")]

    assert "not a medical device" in opening
    assert "not for emergencies" in opening


def test_the_readme_lists_every_service() -> None:
    for stage in STAGES:
        assert f"[{stage.name}](services/{stage.name}/README.md)" in README


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in house_documents()
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://", "#"))
        and not (path.parent / target.partition("#")[0]).exists()
    ]

    assert broken == []


def test_the_changelog_names_a_part_in_each_entry() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = {*SERVICES, "chassis", "cli", "house"}

    assert re.findall(r"^## \[([^]]+)\]", text, re.MULTILINE)[0] == "Unreleased"
    entries = re.split(r"^- ", text[text.index("## [Unreleased]") :], flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        sentence = " ".join(re.split(r"\n\s*\n", entry)[0].split())
        part = re.fullmatch(r"\[([a-z]+)\] [A-Z].*\.", sentence)
        assert part is not None, sentence
        assert part.group(1) in parts, sentence


# --- decisions ---


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name[:4])
def test_a_decision_has_its_headings_and_fits_a_page(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith(f"# {path.name[:4]}: ")
    assert lines[2].startswith("Status: ")
    assert [line[3:] for line in lines if line.startswith("## ")] == SECTIONS
    assert len(lines) <= LONGEST_RECORD


def test_every_decision_that_the_code_names_exists() -> None:
    numbers = {path.name[:4] for path in RECORDS}
    named = {
        number
        for folder in ("caveat", "services", "scripts", "deploy")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in ("", ".py", ".yaml", ".properties", ".md") and path.is_file()
        for number in re.findall(r"docs/decisions/(\d{4})", path.read_text(encoding="utf-8"))
    }

    assert named - numbers == set()


# --- hooks ---


def test_hooks_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"unsupported"}
    scripts = {word for hook in hooks for word in hook["entry"].split() if "scripts/" in word}
    assert [script for script in scripts if not (ROOT / script).exists()] == []


# Filled in below, so that this file does not look like a key itself.
PEM = "-----BEGIN {}PRIVATE KEY-----\n"
JWK = '{{"kty": "OKP", "x": "eA"{}}}'


@pytest.mark.parametrize(
    ("check", "name", "content", "fault"),
    [
        ("syntax", "a.yaml", "a: [1\n", "cannot be read"),
        ("syntax", "a.yaml", "a: [1]\n", ""),
        ("syntax", "a.toml", "a = \n", "cannot be read"),
        ("syntax", "a.toml", "a = 1\n", ""),
        ("end", "a.md", "text", "does not end in a newline"),
        ("end", "a.md", "text\n\n", "ends in blank lines"),
        ("end", "a.md", "text\n", ""),
        ("secrets", "a.pem", PEM.format("EC "), "holds a private key"),
        ("secrets", "a.json", JWK.format(', "d": "ZA"'), "holds a private key"),
        ("secrets", "a.json", JWK.format(""), ""),
        ("size", "a.bin", "x" * (1024 * 1024 + 1), "the limit is"),
        ("size", "a.bin", "x", ""),
    ],
)
def test_finds_faults_of_files(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    check: str,
    name: str,
    content: str,
    fault: str,
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert hygiene.main([check, str(path)]) == (1 if fault else 0)
    assert fault in capsys.readouterr().err


def test_make_test_runs_every_folder_of_tests() -> None:
    script = (ROOT / "scripts" / "test").read_text(encoding="utf-8")
    found = (ROOT / "tests").glob("*/**/test_*.py")
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in found}

    assert folders == set(re.findall(r"tests/(\w+)", script))
