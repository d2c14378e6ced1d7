package session

import (
	"bytes"
	"testing"

	"github.com/dlahoza/pluginart/pkg/internal/vectors"
)

func TestProofs(t *testing.T) {
	content := vectors.Load[struct {
		Proofs []struct {
			Token, Nonce vectors.Bytes
			ContractHash string        `json:"contract_hash"`
			HostProof    vectors.Bytes `json:"host_proof"`
			PluginProof  vectors.Bytes `json:"plugin_proof"`
		}
	}](t, "proofs.json")
	for _, vector := range content.Proofs {
		shown := hostProof(vector.Token, vector.Nonce, vector.ContractHash)
		if !bytes.Equal(shown, vector.HostProof) {
			t.Errorf("host proof %x, want %x", shown, []byte(vector.HostProof))
		}
		if answer := pluginProof(vector.Token, vector.Nonce, shown); !bytes.Equal(answer, vector.PluginProof) {
			t.Errorf("plugin proof %x, want %x", answer, []byte(vector.PluginProof))
		}
	}
}
