package sidebyside

// Scenario is how many call at once, and what each message carries.
type Scenario struct {
	Name    string
	Callers int
	// Bytes are of payload, each way.
	Bytes int
}

// Scenarios are all, in the order of the table.
var Scenarios = []Scenario{
	{Name: "1 caller, 100 B", Callers: 1, Bytes: 100},
	{Name: "64 callers, 100 B", Callers: 64, Bytes: 100},
	{Name: "1 caller, 1 MB", Callers: 1, Bytes: 1_000_000},
}

const (
	serial = iota
	concurrent
	large
)
