package supervise

import (
	"sync"
)

// Memory is what a manager remembers of all its plugins: commands that once spoke version 2 are not accepted as version 1
// any more. The zero Memory is empty; safe for concurrent use.
type Memory struct {
	spokeVersion2 sync.Map
}

func (m *Memory) spoke(command string) bool {
	_, known := m.spokeVersion2.Load(command)
	return known && command != ""
}
