package session

import (
	"errors"
	"net"
	"os"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// AcceptPlugin meets a host over a connection that was just accepted: PROTOCOL.md, sections 4.2 and 5. It takes as long
// as the host does, up to options.HandshakeTimeout. The connection is the session's from now on, and closed where
// the handshake fails. Errors are *fault.Error.
func AcceptPlugin(conn net.Conn, options *PluginOptions) (Plugin, error) {
	p := &pluginHandshake{options: options, channel: newChannel(conn, "")}
	session, err := p.shake()
	if err != nil {
		conn.Close()
		return nil, err
	}
	return session, nil
}

type pluginHandshake struct {
	options *PluginOptions
	channel *channel
}

func (p *pluginHandshake) shake() (Plugin, *fault.Error) {
	_ = p.channel.conn.SetDeadline(time.Now().Add(p.options.HandshakeTimeout))
	request, err := p.readRequest()
	if err != nil {
		return nil, err
	}
	offer := request.Offer
	if offer != nil && !slices.Contains(offer.Versions, 2) {
		offer = nil
	}
	// The order is that of V2-N11.
	if why := p.checkProof(request, offer); why != "" {
		return nil, p.refuse(fault.Unauthenticated, why, nil)
	}
	if request.ContractHash != p.options.ContractHash {
		var accept *control.AcceptT
		if offer != nil {
			accept = control.NewAcceptT()
			accept.Runtime, accept.ContractHash = present(RuntimeName), &p.options.ContractHash
		}
		return nil, p.refuse(fault.ContractMismatch, mismatchSentence, accept)
	}
	if offer == nil {
		return p.accept(&control.HandshakeResponseT{Ok: true}, func() Plugin { return newPluginV1(p.channel, p.options) })
	}
	if wrong := outOfRange(offer.MaxMessageBytes, offer.StreamWindow); wrong != "" {
		return nil, p.refuse(fault.ProtocolViolation, "the host offers "+wrong, nil)
	}
	if p.channel.decoder.HasPending() {
		return nil, wire.Violation("bytes beyond the handshake, before it was answered (V2-N6)")
	}
	response := &control.HandshakeResponseT{Ok: true, Accept: p.acceptance(offer)}
	return p.accept(response, func() Plugin { return newPluginV2(p.channel, offer, p.options) })
}

func (p *pluginHandshake) readRequest() (*control.HandshakeRequestT, *fault.Error) {
	frame, failure := p.channel.readFrame()
	if failure != nil {
		if errors.Is(failure, os.ErrDeadlineExceeded) {
			failure = fault.Newf(fault.Unavailable,
				"the host did not introduce itself within %v", p.options.HandshakeTimeout)
		}
		return nil, failure
	}
	if frame.Type != wire.V1HandshakeRequest {
		return nil, wire.Violation("the first frame is of type %d, no handshake", frame.Type)
	}
	request, err := control.DecodeHandshakeRequest(frame.Body)
	if err != nil {
		return nil, wire.Violation("a handshake that does not decode: %w", err)
	}
	return request, nil
}

// checkProof says why the host is not to be trusted; empty where it is.
func (p *pluginHandshake) checkProof(request *control.HandshakeRequestT, offer *control.OfferT) string {
	token := p.options.Token
	switch {
	case len(token) == 0:
		return ""
	case offer == nil:
		return "this plugin was started for another host: only that one, with protocol version 2 (pluginart 0.1 or later) and its PLUGIN_TOKEN, may connect"
	case len(offer.Proof) == 0:
		return "the host gave no proof that it knows the PLUGIN_TOKEN of this plugin: token_env in its pluginart.toml names the variable that holds it"
	case len(offer.Nonce) != nonceBytes:
		return "the offer has no nonce of 16 bytes to go with its proof"
	case !isSameProof(hostProof(token, offer.Nonce, request.ContractHash), offer.Proof):
		return "the host did not prove that it knows the PLUGIN_TOKEN of this plugin"
	case !p.options.Nonces.isFirst(offer.Nonce):
		return "the nonce was used before: a replayed handshake"
	}
	return ""
}

func (p *pluginHandshake) acceptance(offer *control.OfferT) *control.AcceptT {
	accept := control.NewAcceptT()
	accept.Version = 2
	accept.MaxMessageBytes = uint32(p.options.MaxMessageBytes)
	accept.MaxConcurrentCalls = uint32(p.options.MaxConcurrentCalls)
	accept.Runtime, accept.ContractHash = present(RuntimeName), &p.options.ContractHash
	if len(p.options.Token) > 0 {
		accept.Proof = pluginProof(p.options.Token, offer.Nonce, offer.Proof)
	}
	return accept
}

func (p *pluginHandshake) accept(response *control.HandshakeResponseT, begin func() Plugin) (Plugin, *fault.Error) {
	if err := p.send(response); err != nil {
		return nil, err
	}
	_ = p.channel.conn.SetDeadline(time.Time{})
	return begin(), nil
}

// refuse tells the host why, and waits a moment for it to read that.
func (p *pluginHandshake) refuse(code fault.Code, sentence string, accept *control.AcceptT) *fault.Error {
	response := &control.HandshakeResponseT{Error: &sentence, Code: uint16(code), Accept: accept}
	_ = p.channel.conn.SetDeadline(time.Now().Add(linger))
	if p.send(response) == nil {
		p.channel.finish()
		p.channel.discard()
	}
	return fault.Newf(code, "a host was refused: %s", sentence)
}

func (p *pluginHandshake) send(response *control.HandshakeResponseT) *fault.Error {
	body, err := control.AppendHandshakeResponse(nil, response)
	if err != nil {
		return asFault(err, fault.Internal, "")
	}
	if _, err := p.channel.conn.Write(wire.AppendV1Frame(nil, wire.V1HandshakeResponse, body)); err != nil {
		return connectionLost(err)
	}
	return nil
}
