"""The rules of the house that no linter knows: hosts, names of files, the manual, the pinned packages."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import lexicon, wordlines
from tracker.navigation import ENTRIES

ROOT = Path(__file__).parents[1]
OURS = ("engine", "offices", "documents", "targets", "reports", "notices", "tracker", "bench", "tests")
SKIPPED = {".git", ".venv", "node_modules", "var", "staticfiles"}
# Written in two halves, so that this list does not find itself.
HOSTS = ["py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "npm" + "mirror.com", "registry." + "yarn", "deb" + "ian.org",
         "mirrors." + "aliyun", "tsinghua" + ".edu", "jsdelivr" + ".net", "unpkg" + ".com", "cdn" + "js."]
VAGUE_NAMES = {"utils.py", "helpers.py", "services.py", "signals.py", "misc.py", "common.py"}
# Deeds that take a network, a browser or the whole of `make test` are not run from here.
NOT_RUN = {"make test", "make demo", "make demo SERVE=0", "make bench", "make fast", "make plain", "make locks", "make audit", "make shots"}


def tracked() -> list[Path]:
    """The files of the project: what git tracks or would track; without git, what is not set-up."""
    done = run("git", "ls-files", "-co", "--exclude-standard", "-z")
    if done.returncode == 0:
        return sorted(path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file())
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts))


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    python = [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]
    return [path for path in python if path.relative_to(ROOT).parts[0] in OURS]


def templates() -> Iterator[tuple[Path, str]]:
    return ((path, text) for path, text in texts() if path.suffix == ".html" and path.parts[0] in OURS[:-2])


def run(*words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout)


def test_no_file_names_a_registry() -> None:
    found = [f"{path}: {host}" for path, text in texts() for host in HOSTS if host in text]
    assert not found


def test_lock_files_name_no_host_and_hash_every_package() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-ocr.txt", "requirements-node.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, name
        blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
        assert all("==" in block and "--hash=sha256:" in block for block in blocks), name
    assert "://" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_what_is_asked_for_is_pinned() -> None:
    for name in ("requirements", "requirements-dev", "requirements-ocr", "requirements-node"):
        asked = re.findall(r"^([A-Za-z0-9_.-]+)", (ROOT / f"{name}.in").read_text(encoding="utf-8"), re.MULTILINE)
        pinned = set(re.findall(r"^([a-z0-9_.-]+)(?:\[[^\]]*\])?==", (ROOT / f"{name}.txt").read_text(encoding="utf-8"), re.MULTILINE))
        missing = [each for each in asked if not each.startswith("-") and each.lower().replace("_", "-") not in pinned]
        assert not missing, f"{name}.txt lacks {missing}; run make locks"


def test_readme_gives_the_reason_for_every_package() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    asked = re.findall(r"^([A-Za-z0-9_.-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    assert not [name for name in asked if not re.search(rf"^\|.*\b{name}\b.*\|", readme, re.MULTILINE)]


def test_modules_are_named_after_their_deed() -> None:
    assert not [str(path.relative_to(ROOT)) for path in modules() if path.name in VAGUE_NAMES]


@pytest.mark.parametrize("path", sorted((ROOT / "engine" / "words").iterdir()), ids=lambda path: path.name)
def test_every_word_list_is_sound_and_read(path: Path) -> None:
    """It loads with its own checks, has entries, and some module of the engine asks for it by name."""
    assert path.suffix in (".txt", ".lines")
    assert lexicon.words(path.stem) if path.suffix == ".txt" else list(wordlines.lines(path.stem))
    engine = [each.read_text(encoding="utf-8") for each in modules() if each.is_relative_to(ROOT / "engine")]
    assert any(re.search(rf"""["']{path.stem}["']""", code) for code in engine), "nobody reads it"


def test_a_doubled_word_is_named_with_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fruit.txt").write_text("苹果 梨\n# 注\n桃 梨\n", encoding="utf-8")
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    with pytest.raises(lexicon.LexiconError, match=r"fruit\.txt:3: 梨 .* line 1"):
        lexicon.words("fruit")


def test_templates_hold_no_script_and_no_style() -> None:
    """The content security policy lets nothing inline and nothing from elsewhere through; a browser would drop it in silence."""
    inline = re.compile(r"""(?ix)
        <script(?![^>]*\ssrc=) | <style | \s(?:style|on[a-z]+)\s*=\s*["'] | (?:src|href)\s*=\s*["']https?:""")
    assert not [f"{path}: {match.group(0)}" for path, text in templates() for match in inline.finditer(text)]


def test_every_template_says_what_it_gets() -> None:
    """Its first lines name its blocks and its context, for the next reader."""
    assert not [str(path) for path, text in templates() if not re.search(r"\{#|\{% comment", text[:400])]


def test_no_document_lies_about_the_repository() -> None:
    """Every file that README.md and the manual point to is there."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "seeds" / "README.md"):
        links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        assert not [link for link in links if not (page.parent / link).exists()], page.name


def test_the_manual_has_a_chapter_for_every_page_of_the_bar() -> None:
    chapters = re.findall(r"^## (.+)$", (ROOT / "docs" / "使用手册.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert not [entry.label for entry in ENTRIES if entry.label not in chapters]


def commands() -> list[str]:
    """The commands of README.md: the lines of its console blocks that begin with a dollar sign."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [line.removeprefix("$ ").partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("command", [each for each in commands() if each not in NOT_RUN])
def test_commands_of_the_readme(command: str, tmp_path: Path) -> None:
    words = [str(tmp_path / word.removeprefix("/tmp/")) if word.startswith("/tmp/") else word for word in shlex.split(command)]
    assert words[0] == ".venv/bin/python", "README.md shows commands of this project only"
    done = run(sys.executable, *words[1:], timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "it prints something"


@pytest.mark.parametrize("command", sorted(NOT_RUN))
def test_make_knows_its_targets(command: str) -> None:
    done = run("make", "--dry-run", *shlex.split(command)[1:])
    assert done.returncode == 0, done.stderr


def test_readme_shows_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(commands())


def test_ci_script_is_sound() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, ".ci/run can be executed"
    assert run("bash", "-n", str(script)).returncode == 0
