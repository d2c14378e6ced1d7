module host-go

go 1.26

require (
	github.com/dlahoza/pluginart v0.1.0
	github.com/google/flatbuffers v25.12.19+incompatible
)

require github.com/pelletier/go-toml/v2 v2.4.3 // indirect

replace github.com/dlahoza/pluginart => ../..
