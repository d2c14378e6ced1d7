package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
)

// settleContract finds out what contract the host demands, reading the schema file if there is one.
// Both arguments are empty where the entry does not have them. wrong concerns the key, or the whole entry where that is empty.
func settleContract(contractHash, schema, folder string) (hash, wrong, key string) {
	if schema == "" {
		if contractHash == "" {
			return "", "contract_hash or schema is missing: one of them says what contract to demand", ""
		}
		return contractHash, "", ""
	}
	bytes, err := os.ReadFile(absolute(folder, schema))
	if err != nil {
		return "", fmt.Sprintf("schema %q cannot be read: %s", schema, describeReadFailure(err)), "schema"
	}
	computed := hashOf(bytes)
	if contractHash != "" && contractHash != computed {
		wrong = fmt.Sprintf("contract_hash is %s, but %q has %s: correct it, or leave it out", contractHash, schema, computed)
		return "", wrong, "contract_hash"
	}
	return computed, "", ""
}

// hashOf is the contract hash of a schema file: of its raw bytes, includes not counted.
func hashOf(schema []byte) string {
	sum := sha256.Sum256(schema)
	return "sha256:" + hex.EncodeToString(sum[:])
}
