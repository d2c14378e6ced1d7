module repeat-plugin

go 1.26

require (
	github.com/dlahoza/pluginart v0.1.0
	github.com/google/flatbuffers v25.12.19+incompatible
)

replace github.com/dlahoza/pluginart => ../..
