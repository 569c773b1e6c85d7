"""The command line as a process: what a person sees."""

import json
import os
import signal
import socket
import subprocess
import sys

from server.settings import Settings, environment
from tests.helpers.processes import ROOT


def parley(settings: Settings, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=ROOT,
        env=environment(settings) | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_lists_every_command(settings: Settings) -> None:
    said = parley(settings, "--help").stdout
    for command in ("up", "serve", "worker", "stores", "migrate", "seed", "settings", "doctor", "bench"):
        assert f"\n    {command} " in said


def test_a_wrong_setting_is_one_sentence(settings: Settings) -> None:
    done = parley(settings, "serve", "--port", "http")
    assert done.returncode == 2
    assert done.stderr == "parley: PORT must be a whole number from 0 to 65535, not 'http'; for example PORT=8000\n"


def test_a_taken_port_is_one_sentence(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in ("serve", "up"):
            done = parley(settings, command, "--port", str(port))
            assert done.returncode == 2
            assert done.stderr.startswith(f"parley: Port {port} of 127.0.0.1 can't be used (Address already in use): stop")
            assert done.stderr.count("\n") == 1


def test_a_store_out_of_reach_is_one_sentence(settings: Settings) -> None:
    done = parley(settings, "migrate", DATABASE_OWNER_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.startswith("parley: PostgreSQL at DATABASE_OWNER_URL")
    assert "Traceback" not in done.stderr


def test_migrate_says_when_there_is_nothing_to_do(settings: Settings) -> None:
    assert parley(settings, "migrate").stderr == "the database is up to date\n"


def test_seed_prints_one_json_object_twice_the_same(settings: Settings) -> None:
    first, second = (parley(settings, "seed", "--json") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout.count("\n") == 1
    workspaces = json.loads(first.stdout)["workspaces"]
    assert len(workspaces) == 2
    for workspace in workspaces:
        assert set(workspace) == {"id", "name", "widget_key", "agents"}
        assert [agent["role"] for agent in workspace["agents"]] == ["owner", "manager", "agent", "agent2", "viewer"]
        assert all(set(agent) == {"email", "password", "role"} for agent in workspace["agents"])


def test_seed_for_people(settings: Settings) -> None:
    done = parley(settings, "seed")
    assert "widget key wk_" in done.stdout and "owner " in done.stdout


def test_settings_are_listed_without_secrets(settings: Settings) -> None:
    said = parley(settings, "settings").stdout
    assert "PORT=8000" in said and "SECRET_KEY=***" in said
    assert settings.secret_key not in said and settings.database_url not in said
    assert "| `PORT` | `8000` | the port to listen on" in parley(settings, "settings", "--markdown").stdout


def test_ctrl_c_leaves_no_traceback(settings: Settings) -> None:
    variables = {name: "" for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    with subprocess.Popen(
        [sys.executable, "-m", "server", "stores"],
        cwd=ROOT,
        env=environment(settings) | variables | {"DATA_DIR": f"{settings.data_dir}/ctrl-c"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        for _ in range(3):
            run.stdout.readline()
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(20) == 0
        assert "Traceback" not in run.stderr.read()
