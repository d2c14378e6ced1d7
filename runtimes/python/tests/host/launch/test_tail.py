from pluginart.host.launch.tail import Tail


def test_the_last_20_lines_are_kept_and_long_ones_shortened() -> None:
    tail = Tail()
    for line in range(1, 31):
        tail.add(f"line {line}")
    tail.add("")
    tail.add("x" * 65_536)
    lines = tail.lines()
    assert (len(lines), lines[0], lines[18]) == (20, "line 12", "line 30")
    assert lines[19] == f"{'x' * 2_000}... (63536 more characters)"
