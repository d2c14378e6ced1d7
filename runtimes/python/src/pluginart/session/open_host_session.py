"""Introduces a host to a plugin. PROTOCOL.md, sections 4.2 and 5."""

from asyncio import CancelledError, Future

from ..control import (
    AcceptT,
    HandshakeRequestT,
    HandshakeResponseT,
    OfferT,
    decode_handshake_response,
    encode_handshake_request,
)
from ..errors import ErrorCode, HandshakeError, PluginartError, TransportError
from ..wire.frame import Frame
from ..wire.frame_v1 import HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, v1_frame
from ..wire.violation import violation
from .frame_channel import FrameChannel
from .host_session import HostSession, HostSessionOptions
from .limits_in_range import out_of_range
from .link import Link
from .proof import host_proof, is_same_proof, new_nonce, plugin_proof
from .runtime_name import RUNTIME_NAME
from .v1.host_session import HostSessionV1
from .v2.host_session import HostSessionV2

# What every version 1 plugin answers to another contract.
_MISMATCH_SENTENCE = "contract hash mismatch"


async def open_host_session(link: Link, options: HostSessionOptions) -> HostSession:
    """Shake hands over a link just connected and not started; it is closed where that fails.

    Raises HandshakeError: refused or not to be trusted; TransportError: the connection was lost, or time ran out.
    """
    handshake = _HostHandshake(link, options)
    handshake.begin()
    try:
        return await handshake.outcome
    except CancelledError:
        handshake.fail(TransportError(ErrorCode.CANCELLED, "the handshake was cancelled"))
        raise


class _HostHandshake:
    def __init__(self, link: Link, options: HostSessionOptions) -> None:
        self.outcome: Future[HostSession] = link.loop.create_future()
        self._link = link
        self._options = options
        self._channel = FrameChannel(link, self)
        self._nonce: bytes | None = None
        self._proof: bytes | None = None
        self._done = False
        self._prevent_timeout = link.later(options.handshake_timeout, self._on_timeout)

    def begin(self) -> None:
        options = self._options
        offer = None if options.only_version_1 else self._offer()
        request = encode_handshake_request(
            HandshakeRequestT(contract_hash=options.contract_hash, plugin_name=options.plugin_name, offer=offer)
        )
        self._channel.start()
        with self._link.lock:
            self._link.write([v1_frame(HANDSHAKE_REQUEST, request)])

    def on_frames(self, frames: list[Frame]) -> None:
        if self._done or not frames:
            return
        frame_type, payload = frames[0][0], frames[0][5]
        if frame_type != HANDSHAKE_RESPONSE:
            raise violation(f"a frame of type {frame_type} in place of the handshake's answer")
        response = decode_handshake_response(payload)
        try:
            self._check(response)
        except PluginartError as error:
            self.fail(error)
            return
        self._finish()
        accept = response.accept
        session: HostSession
        if accept is None:
            session = HostSessionV1(self._channel, self._options)
        else:
            session = HostSessionV2(self._channel, accept, self._options)
        if not self.outcome.done():
            self.outcome.set_result(session)

    def on_read(self) -> None:
        pass

    def after_read(self) -> None:
        pass

    def on_drain(self) -> None:
        pass

    def on_violation(self, error: TransportError) -> None:
        self.fail(error)

    def on_closed(self, loss: TransportError) -> None:
        message = f"{self._link.description} closed the connection during the handshake"
        error = TransportError(ErrorCode.UNAVAILABLE, message)
        error.__cause__ = loss
        self.fail(error)

    def fail(self, error: PluginartError) -> None:
        if self._done:
            return
        self._finish()
        self._channel.stop()
        self._link.end()
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def _on_timeout(self) -> None:
        message = (
            f"{self._link.description} did not answer the handshake within "
            f"{self._options.handshake_timeout * 1_000:g} ms: is it a pluginart plugin?"
        )
        with self._link.lock:
            self.fail(TransportError(ErrorCode.UNAVAILABLE, message))

    def _offer(self) -> OfferT:
        options = self._options
        if options.token is not None:
            self._nonce = new_nonce()
            self._proof = host_proof(options.token, self._nonce, options.contract_hash)
        return OfferT(
            versions=[2],
            nonce=self._nonce,
            proof=self._proof,
            max_message_bytes=options.max_message_bytes,
            # No services for plugins yet.
            max_concurrent_calls=0,
            runtime=RUNTIME_NAME,
        )

    def _check(self, response: HandshakeResponseT) -> None:
        if not response.ok:
            raise self._refusal(response)
        if response.accept is None:
            self._check_version_1()
        else:
            self._check_proof(response.accept)
            self._check_accept(response.accept)

    def _refusal(self, response: HandshakeResponseT) -> HandshakeError:
        code, said = response.code, response.error
        if code == ErrorCode.CONTRACT_MISMATCH or (code == 0 and said == _MISMATCH_SENTENCE):
            return self._mismatch(None if response.accept is None else response.accept.contract_hash)
        return HandshakeError(
            ErrorCode.PROTOCOL_VIOLATION if code == 0 else code,
            f'the plugin "{self._options.plugin_name}" refused the connection: '
            f"{'no reason given' if said is None else said}",
            origin="remote",
        )

    def _mismatch(self, theirs: str | None) -> HandshakeError:
        options = self._options
        built_from = theirs or "another schema (a version 1 plugin does not say which)"
        return HandshakeError(
            ErrorCode.CONTRACT_MISMATCH,
            f'contract mismatch: the host expects plugin "{options.plugin_name}" to be built from '
            f"{options.contract_hash}, it was built from {built_from}. Generate both sides from the same schema file, "
            "and check contract_hash or schema in the configuration",
            origin="remote",
        )

    def _check_version_1(self) -> None:
        if self._options.min_protocol == 2:
            raise HandshakeError(
                ErrorCode.PROTOCOL_VIOLATION,
                f'the plugin "{self._options.plugin_name}" speaks protocol version 1 only, and version 2 is demanded '
                "of it: rebuild it with a current pluginart, or allow version 1 with min_protocol = 1",
            )

    def _check_proof(self, accept: AcceptT) -> None:
        token = self._options.token
        if token is None or self._nonce is None or self._proof is None:
            return
        shown = None if accept.proof is None else bytes(accept.proof)
        if not is_same_proof(plugin_proof(token, self._nonce, self._proof), shown):
            raise HandshakeError(
                ErrorCode.UNAUTHENTICATED,
                f"who answers at {self._link.description} did not prove to be the plugin "
                f'"{self._options.plugin_name}": another process may have taken the address, or the two sides have '
                "different tokens",
            )

    def _check_accept(self, accept: AcceptT) -> None:
        wrong = out_of_range(accept)
        if self._options.only_version_1:
            wrong = "version 2, which was not offered"
        elif accept.version != 2:
            wrong = f"version {accept.version}, which was not offered"
        elif accept.features:
            wrong = f'the feature "{accept.features[0]}", which was not offered'
        elif accept.compression is not None:
            wrong = f'the compression "{accept.compression}", which was not offered'
        elif accept.shared_memory:
            wrong = "shared memory, which was not offered"
        if wrong is not None:
            raise HandshakeError(ErrorCode.PROTOCOL_VIOLATION, f"the plugin accepted {wrong}")
        if accept.contract_hash is not None and accept.contract_hash != self._options.contract_hash:
            raise self._mismatch(accept.contract_hash)

    def _finish(self) -> None:
        self._done = True
        self._prevent_timeout()
