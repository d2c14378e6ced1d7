"""Meets a host that has connected. PROTOCOL.md, sections 4.2 and 5."""

from asyncio import CancelledError, Future

from ..control import (
    AcceptT,
    HandshakeRequestT,
    HandshakeResponseT,
    OfferT,
    decode_handshake_request,
    encode_handshake_response,
)
from ..errors import ErrorCode, HandshakeError, PluginartError, TransportError
from ..wire.frame import Frame
from ..wire.frame_v1 import HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, v1_frame
from ..wire.violation import violation
from .frame_channel import FrameChannel
from .incoming_call import CallHandler
from .limits_in_range import out_of_range
from .link import Link
from .plugin_session import PluginSession, PluginSessionOptions
from .proof import NONCE_BYTES, host_proof, is_same_proof, plugin_proof
from .runtime_name import RUNTIME_NAME
from .v1.plugin_session import PluginSessionV1
from .v2.plugin_session import PluginSessionV2


async def accept_plugin_session(link: Link, handler: CallHandler, options: PluginSessionOptions) -> PluginSession:
    """Shake hands over a link just accepted and not started; it is closed where that fails.

    Raises HandshakeError: this side refused; TransportError: the host broke the protocol, left, or took too long.
    """
    handshake = _PluginHandshake(link, handler, options)
    handshake.begin()
    try:
        return await handshake.outcome
    except CancelledError:
        handshake.fail(TransportError(ErrorCode.CANCELLED, "the handshake was cancelled"))
        raise


class _PluginHandshake:
    def __init__(self, link: Link, handler: CallHandler, options: PluginSessionOptions) -> None:
        self.outcome: Future[PluginSession] = link.loop.create_future()
        self._link = link
        self._handler = handler
        self._options = options
        self._channel = FrameChannel(link, self)
        self._done = False
        self._prevent_timeout = link.later(options.handshake_timeout, self._on_timeout)

    def begin(self) -> None:
        self._channel.start()

    def on_frames(self, frames: list[Frame]) -> None:
        if self._done or not frames:
            return
        frame_type, payload = frames[0][0], frames[0][5]
        if frame_type != HANDSHAKE_REQUEST:
            raise violation(f"the first frame is of type {frame_type}, no handshake (V1-H2)")
        request = decode_handshake_request(payload)
        offer = request.offer
        if offer is not None and (offer.versions is None or 2 not in offer.versions):
            offer = None
        unproved = self._check_proof(request, offer)
        if unproved is not None:
            self._refuse(ErrorCode.UNAUTHENTICATED, unproved, None)
        elif request.contract_hash != self._handler.contract_hash:
            self._refuse(ErrorCode.CONTRACT_MISMATCH, "contract hash mismatch", offer)
        elif offer is None:
            self._accept_version_1()
        else:
            wrong = out_of_range(offer)
            if wrong is not None:
                self._refuse(ErrorCode.PROTOCOL_VIOLATION, f"the host offers {wrong}", None)
            elif self._channel.has_pending:
                raise violation("bytes beyond the handshake, before it was answered (V2-N6)")
            else:
                self._accept_version_2(offer)

    def on_read(self) -> None:
        pass

    def after_read(self) -> None:
        pass

    def on_drain(self) -> None:
        pass

    def on_violation(self, error: TransportError) -> None:
        self.fail(error)

    def on_closed(self, loss: TransportError) -> None:
        self.fail(loss)

    def fail(self, error: PluginartError) -> None:
        if self._done:
            return
        self._finish()
        self._channel.stop()
        self._link.end()
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def _on_timeout(self) -> None:
        message = f"the host did not introduce itself within {self._options.handshake_timeout * 1_000:g} ms"
        with self._link.lock:
            self.fail(TransportError(ErrorCode.UNAVAILABLE, message))

    def _check_proof(self, request: HandshakeRequestT, offer: OfferT | None) -> str | None:
        """Say why the host is not to be trusted."""
        token = self._options.token
        if token is None:
            return None
        if offer is None:
            return (
                "this plugin was started for another host: only that one, with protocol version 2 "
                "(pluginart 0.1 or later) and its PLUGIN_TOKEN, may connect"
            )
        if not offer.proof:
            return (
                "the host gave no proof that it knows the PLUGIN_TOKEN of this plugin: "
                "token_env in its pluginart.toml names the variable that holds it"
            )
        nonce = b"" if offer.nonce is None else bytes(offer.nonce)
        if len(nonce) != NONCE_BYTES:
            return "the offer has no nonce of 16 bytes to go with its proof"
        if not is_same_proof(host_proof(token, nonce, request.contract_hash), bytes(offer.proof)):
            return "the host did not prove that it knows the PLUGIN_TOKEN of this plugin"
        if nonce in self._options.seen_nonces:
            return "the nonce was used before: a replayed handshake"
        self._options.seen_nonces.add(nonce)
        return None

    def _accept_version_1(self) -> None:
        self._finish()
        self._send(HandshakeResponseT(ok=True))
        self._settle(PluginSessionV1(self._channel, self._handler, self._options))

    def _accept_version_2(self, offer: OfferT) -> None:
        self._finish()
        options = self._options
        proof = None
        if options.token is not None and offer.nonce is not None and offer.proof is not None:
            proof = plugin_proof(options.token, bytes(offer.nonce), bytes(offer.proof))
        accept = AcceptT(
            version=2,
            proof=proof,
            max_message_bytes=options.max_message_bytes,
            max_concurrent_calls=options.max_concurrent_calls,
            runtime=RUNTIME_NAME,
            contract_hash=self._handler.contract_hash,
        )
        self._send(HandshakeResponseT(ok=True, accept=accept))
        self._settle(PluginSessionV2(self._channel, offer, self._handler, options))

    def _refuse(self, code: ErrorCode, error: str, offer: OfferT | None) -> None:
        accept = None
        if offer is not None:
            accept = AcceptT(runtime=RUNTIME_NAME, contract_hash=self._handler.contract_hash)
        self._send(HandshakeResponseT(ok=False, error=error, code=code, accept=accept))
        self.fail(HandshakeError(code, f"a host was refused: {error}"))

    def _send(self, response: HandshakeResponseT) -> None:
        self._link.write([v1_frame(HANDSHAKE_RESPONSE, encode_handshake_response(response))])

    def _settle(self, session: PluginSession) -> None:
        if not self.outcome.done():
            self.outcome.set_result(session)

    def _finish(self) -> None:
        self._done = True
        self._prevent_timeout()
