from pluginart.errors import ConfigError, ErrorCode, PluginartError, PluginError, code_name


def test_a_code_has_a_name() -> None:
    assert code_name(ErrorCode.DEADLINE_EXCEEDED) == "DEADLINE_EXCEEDED"
    assert code_name(42) == "APPLICATION(42)"


def test_every_error_is_a_pluginart_error() -> None:
    error = ConfigError("pluginart.toml:3:1: unknown key `pth`", plugin="echo")
    assert isinstance(error, PluginartError)
    assert (error.code, error.code_name, error.plugin) == (0xF00B, "CONFIG_INVALID", "echo")
    assert str(error) == "pluginart.toml:3:1: unknown key `pth`"
    assert not error.retry_safe


def test_a_handler_chooses_its_code() -> None:
    error = PluginError("too long", code=42, retry=True, details=b"x")
    assert (error.code, error.retry, error.details, error.origin) == (42, True, b"x", "local")
