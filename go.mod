module github.com/dlahoza/pluginart

go 1.26

// npm's packages may bring Go files of their own.
ignore node_modules

require (
	github.com/pelletier/go-toml/v2 v2.4.3
	go.uber.org/goleak v1.3.0
)

require github.com/google/flatbuffers v25.12.19+incompatible
