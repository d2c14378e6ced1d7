from pluginart.host.launch.ready_line import ReadyLine


def read(*lines: str, whole: bool = True) -> tuple[int, list[str]]:
    ready: list[None] = []
    log: list[str] = []
    reader = ReadyLine(lambda: ready.append(None), lambda text, _: log.append(text))
    for line in lines:
        reader.line(line, whole)
    reader.end()
    return len(ready), log


def test_everything_but_ready_is_log() -> None:
    assert read("starting", "READY", "later") == (1, ["starting", "later"])


def test_only_a_line_of_its_own_counts() -> None:
    assert read("READY?", "not READY", "ready") == (0, ["READY?", "not READY", "ready"])
    assert read("READY", whole=False) == (0, ["READY"])


def test_the_empty_line_that_plugins_print_before_ready_goes_with_it_and_others_stay() -> None:
    assert read("", "READY") == (1, [])
    assert read("a", "", "", "READY", "") == (1, ["a", "", ""])
    assert read("a", "") == (0, ["a", ""])


def test_a_second_ready_is_log() -> None:
    assert read("READY", "READY") == (1, ["READY"])
