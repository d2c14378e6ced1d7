import pytest

from pluginart.errors import ErrorCode, TransportError
from pluginart.session.call_errors import cancelled, deadline_exceeded, lost_call, was_never_sent

LOSS = TransportError(ErrorCode.UNAVAILABLE, "it is gone", plugin="echo", origin="process")


@pytest.mark.parametrize(
    ("idempotent", "was_sent", "retry_safe", "fate"),
    [
        (False, False, True, "the call was not sent"),
        (True, False, True, "the call was not sent"),
        (False, True, False, "the call may have run"),
        (True, True, True, "the call may have run; its method is idempotent"),
    ],
)
def test_a_call_is_safe_to_retry_where_it_never_ran_or_its_method_is_idempotent_and_a_lost_one_says_which(
    idempotent: bool, was_sent: bool, retry_safe: bool, fate: str
) -> None:
    lost = lost_call(LOSS, idempotent, was_sent)
    assert (lost.code, lost.message) == (ErrorCode.UNAVAILABLE, f"it is gone ({fate})")
    assert (lost.origin, lost.plugin) == ("process", "echo")
    assert was_never_sent(lost) is not was_sent
    late = deadline_exceeded("echo", "a call", idempotent, was_sent)
    given_up = cancelled("echo", idempotent, was_sent)
    assert not was_never_sent(late)
    assert [error.retry_safe for error in (lost, late, given_up)] == [retry_safe] * 3
