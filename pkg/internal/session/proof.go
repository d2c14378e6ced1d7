package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

const nonceBytes = 16

func newNonce() []byte {
	nonce := make([]byte, nonceBytes)
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(nonce)
	return nonce
}

// hostProof is what a host shows to prove that it knows the token. PROTOCOL.md, V2-T1.
func hostProof(token, nonce []byte, contractHash string) []byte {
	return proof(token, "pluginart host", nonce, []byte(contractHash))
}

// pluginProof is what a plugin answers to it. V2-T3.
func pluginProof(token, nonce, shownByHost []byte) []byte {
	return proof(token, "pluginart plugin", nonce, shownByHost)
}

// isSameProof compares in constant time.
func isSameProof(expected, shown []byte) bool { return hmac.Equal(expected, shown) }

func proof(token []byte, role string, nonce, last []byte) []byte {
	sum := hmac.New(sha256.New, token)
	sum.Write([]byte(role))
	sum.Write([]byte{0})
	sum.Write(nonce)
	sum.Write(last)
	return sum.Sum(nil)
}
