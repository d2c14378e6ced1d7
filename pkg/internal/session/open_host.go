package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// mismatchSentence is what every version 1 plugin answers to another contract.
const mismatchSentence = "contract hash mismatch"

// OpenHost introduces this host to a plugin, over a connection that has just been made: PROTOCOL.md, sections 4.2 and 5.
// The connection is the session's from now on, and closed where the handshake fails. Errors are *fault.Error:
// CONTRACT_MISMATCH, UNAUTHENTICATED, PROTOCOL_VIOLATION, UNAVAILABLE where the connection was lost or time ran out,
// CANCELLED and DEADLINE_EXCEEDED where the context ended.
func OpenHost(ctx context.Context, conn net.Conn, options HostOptions) (Host, error) {
	if options.MaxMessageBytes == 0 {
		options.MaxMessageBytes = wire.DefaultMaxMessageBytes
	}
	if options.HandshakeTimeout == 0 {
		options.HandshakeTimeout = wire.HandshakeTimeout
	}
	h := &hostHandshake{options: options, channel: newChannel(conn, options.PluginName)}
	accept, err := h.shake(ctx)
	if err != nil {
		conn.Close()
		err.Plugin = options.PluginName
		return nil, err
	}
	if accept == nil {
		return newHostV1(h.channel, options), nil
	}
	return newHostV2(h.channel, accept, options), nil
}

type hostHandshake struct {
	options HostOptions
	channel *channel
	// nonce and proof are nil without a token.
	nonce, proof []byte
}

// shake returns what the plugin accepted; nil for version 1.
func (h *hostHandshake) shake(ctx context.Context) (*control.AcceptT, *fault.Error) {
	conn := h.channel.conn
	_ = conn.SetDeadline(time.Now().Add(h.options.HandshakeTimeout))
	forget := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	response, err := h.exchange()
	if !forget() {
		return nil, Interrupted(ctx, "the handshake")
	}
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return response.Accept, h.check(response)
}

func (h *hostHandshake) exchange() (*control.HandshakeResponseT, *fault.Error) {
	request, err := control.AppendHandshakeRequest(nil, h.request())
	if err != nil {
		return nil, asFault(err, fault.ConfigInvalid, h.options.PluginName)
	}
	if _, err := h.channel.conn.Write(wire.AppendV1Frame(nil, wire.V1HandshakeRequest, request)); err != nil {
		return nil, h.lost(connectionLost(err))
	}
	frame, failure := h.channel.readFrame()
	if failure != nil {
		return nil, h.lost(failure)
	}
	if frame.Type != wire.V1HandshakeResponse {
		return nil, wire.Violation("a frame of type %d in place of the handshake's answer", frame.Type)
	}
	response, err := control.DecodeHandshakeResponse(frame.Body)
	if err != nil {
		return nil, wire.Violation("an answer to the handshake that does not decode: %w", err)
	}
	return response, nil
}

func (h *hostHandshake) request() *control.HandshakeRequestT {
	request := control.NewHandshakeRequestT()
	request.ContractHash = h.options.ContractHash
	request.PluginName = validText(h.options.PluginName)
	if h.options.OnlyVersion1 {
		return request
	}
	offer := control.NewOfferT()
	offer.Versions = []uint16{2}
	offer.MaxMessageBytes = uint32(h.options.MaxMessageBytes)
	// No services for plugins yet.
	offer.MaxConcurrentCalls = 0
	offer.Runtime = present(RuntimeName)
	if len(h.options.Token) > 0 {
		h.nonce = newNonce()
		h.proof = hostProof(h.options.Token, h.nonce, h.options.ContractHash)
		offer.Nonce, offer.Proof = h.nonce, h.proof
	}
	request.Offer = offer
	return request
}

func (h *hostHandshake) lost(loss *fault.Error) *fault.Error {
	if loss.Code != fault.Unavailable {
		return loss
	}
	address := describe(h.channel.conn)
	if errors.Is(loss, os.ErrDeadlineExceeded) {
		return fault.Newf(fault.Unavailable,
			"%s did not answer the handshake within %v: is it a pluginart plugin?", address, h.options.HandshakeTimeout)
	}
	return fault.Newf(fault.Unavailable, "%s closed the connection during the handshake: %w", address, loss)
}

func (h *hostHandshake) check(response *control.HandshakeResponseT) *fault.Error {
	if !response.Ok {
		return h.refusal(response)
	}
	if response.Accept == nil {
		if h.options.MinProtocol < 2 {
			return nil
		}
		return fault.Newf(fault.ProtocolViolation,
			"the plugin %q speaks protocol version 1 only, and version 2 is demanded of it: rebuild it with a current pluginart, or allow version 1 with min_protocol = 1",
			h.options.PluginName)
	}
	if err := h.checkProof(response.Accept); err != nil {
		return err
	}
	return h.checkAccept(response.Accept)
}

func (h *hostHandshake) refusal(response *control.HandshakeResponseT) *fault.Error {
	said := text(response.Error)
	if fault.Code(response.Code) == fault.ContractMismatch || response.Code == 0 && said == mismatchSentence {
		var theirs *string
		if response.Accept != nil {
			theirs = response.Accept.ContractHash
		}
		return h.mismatch(theirs)
	}
	if said == "" {
		said = "no reason given"
	}
	refusal := fault.Newf(fault.ProtocolViolation, "the plugin %q refused the connection: %s", h.options.PluginName, said)
	if response.Code != 0 {
		refusal.Code = fault.Code(response.Code)
	}
	refusal.Origin = fault.Remote
	return refusal
}

func (h *hostHandshake) mismatch(theirs *string) *fault.Error {
	said := "another schema (a version 1 plugin does not say which)"
	if theirs != nil {
		said = *theirs
	}
	mismatch := fault.Newf(fault.ContractMismatch,
		"contract mismatch: the host expects plugin %q to be built from %s, it was built from %s. Generate both sides from the same schema file, and check contract_hash or schema in the configuration",
		h.options.PluginName, h.options.ContractHash, said)
	mismatch.Origin = fault.Remote
	return mismatch
}

func (h *hostHandshake) checkProof(accept *control.AcceptT) *fault.Error {
	if h.proof == nil || isSameProof(pluginProof(h.options.Token, h.nonce, h.proof), accept.Proof) {
		return nil
	}
	return fault.Newf(fault.Unauthenticated,
		"who answers at %s did not prove to be the plugin %q: another process may have taken the address, or the two sides have different tokens",
		describe(h.channel.conn), h.options.PluginName)
}

func (h *hostHandshake) checkAccept(accept *control.AcceptT) *fault.Error {
	if wrong := h.notOffered(accept); wrong != "" {
		return fault.Newf(fault.ProtocolViolation, "the plugin accepted %s", wrong)
	}
	if accept.ContractHash != nil && *accept.ContractHash != h.options.ContractHash {
		return h.mismatch(accept.ContractHash)
	}
	return nil
}

func (h *hostHandshake) notOffered(accept *control.AcceptT) string {
	const suffix = ", which was not offered"
	switch {
	case h.options.OnlyVersion1:
		return "version 2" + suffix
	case accept.Version != 2:
		return fmt.Sprintf("version %d%s", accept.Version, suffix)
	case len(accept.Features) > 0:
		return "the feature " + accept.Features[0] + suffix
	case accept.Compression != nil:
		return "the compression " + *accept.Compression + suffix
	case accept.SharedMemory:
		return "shared memory" + suffix
	}
	return outOfRange(accept.MaxMessageBytes, accept.StreamWindow)
}

// describe is a connection's other end for people.
func describe(conn net.Conn) string {
	address := conn.RemoteAddr()
	if address == nil {
		return "the connection"
	}
	if text := address.String(); text != "" && text != "@" {
		return address.Network() + ":" + text
	}
	return "the " + address.Network() + " connection"
}
