from pluginart.host.launch.line_splitter import MAX_PIECE_BYTES, LineSplitter


def split(*chunks: bytes) -> list[tuple[str, bool]]:
    lines: list[tuple[str, bool]] = []
    splitter = LineSplitter(lambda text, whole: lines.append((text, whole)))
    for chunk in chunks:
        splitter.push(chunk)
    splitter.end()
    return lines


def test_lines_come_out_the_same_however_the_bytes_are_cut() -> None:
    data = "one\r\n\ntwo äöü €\n😀 three".encode()
    whole = split(data)
    assert whole == [("one", True), ("", True), ("two äöü €", True), ("😀 three", True)]
    assert split(*(bytes((byte,)) for byte in data)) == whole
    for at in range(1, len(data)):
        assert split(data[:at], data[at:]) == whole


def test_a_long_line_is_handed_on_in_pieces_that_tear_no_character_apart() -> None:
    text = "x" + "€" * MAX_PIECE_BYTES
    lines = split(f"{text}\nREADY\n".encode())
    assert lines[-1] == ("READY", True)
    assert "".join(piece for piece, _ in lines[:-1]) == text
    assert not any(whole for _, whole in lines[:-1])
    assert max(len(piece.encode()) for piece, _ in lines) <= MAX_PIECE_BYTES


def test_the_end_of_a_long_line_is_no_whole_line_whatever_it_says() -> None:
    assert split(b"x" * MAX_PIECE_BYTES, b"READY\nREADY\n")[1:] == [("READY", False), ("READY", True)]


def test_bytes_that_are_no_utf8_pass_through_as_replacement_characters() -> None:
    lines = split(b"\x80" * (MAX_PIECE_BYTES + 10), b"\n")
    assert len(lines) == 2
    assert set(lines[1][0]) == {"\N{REPLACEMENT CHARACTER}"}
