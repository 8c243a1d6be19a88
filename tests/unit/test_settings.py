"""Settings: one set of names, checked before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from simulator.errors import StartupError
from simulator.settings import DEFAULT_DATABASE, Settings

pytestmark = pytest.mark.requirement("CORE-6")


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().database == DEFAULT_DATABASE


def test_every_setting_can_come_from_the_environment() -> None:
    environ = {
        "SIM_DATABASE": "memory",
        "SIM_PORT_BASE": "9100",
        "SIM_SCENARIO": "minimal",
        "SIM_READY_FILE": "sandbox/ready.json",
        "SIM_SECRET_KEY": "a-long-random-text",
        "SIM_CONNECTION_PROMPT": "text",
        "SIM_CONFORMANCE_SERVER": "1",
        "SIM_MISSING_RESOURCE": "refuse",
        "SIM_ALLOWED_HOSTS": "client.example, Vscode.dev",
        "SIM_ALLOWED_ORIGINS": "https://Client.example loopback",
        "SIM_LOOPBACK_DOCUMENTS": "true",
        "SIM_TOOL_TIMEOUT": "90",
        "SIM_FUNCTION_QUEUE": "8",
        "SIM_POOL_SIZE": "7",
        "SIM_TOOL_RESULTS": "structured",
        "SIM_PASSWORD_HASHING": "strong",
        "SIM_SEED": "7",
        "SIM_CONTROL_TOKEN": "an-open-sesame",
        "SIM_REQUEST_FAULTS": "true",
        "SIM_HEADLESS_CONSENT": "true",
        "SIM_ALLOW_CODE": "true",
        "SIM_NAVIGATION": "enterprise-mcp",
        "SIM_DATA_CENTER": "eu",
    }

    assert Settings.from_environment(environ) == Settings(
        database="memory",
        port_base=9100,
        scenario="minimal",
        ready_file=Path("sandbox/ready.json"),
        secret_key="a-long-random-text",
        connection_prompt="text",
        conformance_server=True,
        missing_resource="refuse",
        allowed_hosts=("client.example", "vscode.dev"),
        allowed_origins=("https://client.example", "loopback"),
        loopback_documents=True,
        tool_timeout=90,
        function_queue=8,
        pool_size=7,
        tool_results="structured",
        password_hashing="strong",
        seed=7,
        control_token="an-open-sesame",
        request_faults=True,
        headless_consent=True,
        allow_code=True,
        navigation="enterprise-mcp",
        data_center="eu",
    )
    assert {f"SIM_{name.upper()}" for name in Settings.__dataclass_fields__} == environ.keys()


def test_what_is_said_on_the_command_line_wins_and_what_is_not_said_does_not() -> None:
    environ = {"SIM_SCENARIO": "minimal", "SIM_PORT_BASE": "", "OTHER": "x"}

    settings = Settings.from_environment(environ, scenario="demo", database=None)

    assert settings == Settings(scenario="demo")


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"port_base": -1}, "port-base must be 0 to 65000, not -1."),
        ({"port_base": 65_001}, "port-base must be 0 to 65000, not 65001."),
        ({"connection_prompt": "loud"}, "connection-prompt must be 'auto', 'text' or"),
        ({"missing_resource": "guess"}, "missing-resource must be 'server', 'sign-in' or"),
        ({"tool_results": "xml"}, "tool-results must be 'live' or 'structured', not 'xml'."),
        ({"tool_timeout": 0}, "tool-timeout must be 1 second or more, not 0."),
        ({"function_queue": 0}, "function-queue must be 1 call or more, not 0."),
        ({"pool_size": 1}, "pool-size must be 2 to 1000, not 1."),
        ({"password_hashing": "none"}, "password-hashing must be 'fast' or 'strong', not 'none'."),
        (
            {"navigation": "new"},
            "navigation must be 'user-access', 'mcp-servers' or 'enterprise-mcp', not 'new'.",
        ),
        ({"allowed_hosts": ("https://client.example",)}, "allow-host must be a host's name such"),
        ({"allowed_hosts": ("client.example/c.json",)}, "allow-host must be a host's name such"),
        ({"allowed_hosts": ("*.client.example",)}, "allow-host must be a host's name such"),
        ({"control_token": "open sesame"}, "control-token must be letters, digits and - . _ ~"),
    ],
)
def test_a_wrong_value_is_named_with_the_right_ones(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StartupError) as refused:
        Settings(**values)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    "host", ["*", "client.example", "client.example:8443", "localhost", "127.0.0.1:9000", "::1"]
)
def test_a_host_may_have_a_port(host: str) -> None:
    assert Settings(allowed_hosts=(host,)).allowed_hosts == (host,)


def test_a_switch_in_the_environment_is_true_or_false() -> None:
    assert not Settings.from_environment({"SIM_LOOPBACK_DOCUMENTS": "false"}).loopback_documents
    with pytest.raises(StartupError, match="must be true or false, not 'maybe'"):
        Settings.from_environment({"SIM_LOOPBACK_DOCUMENTS": "maybe"})


def test_a_port_in_the_environment_must_be_a_number() -> None:
    with pytest.raises(StartupError, match=r"SIM_PORT_BASE must be a number, not 'abc'\."):
        Settings.from_environment({"SIM_PORT_BASE": "abc"})


def test_the_control_token_is_no_part_of_what_is_shown() -> None:
    assert "open-sesame" not in repr(Settings(control_token="open-sesame"))
