module minify-plugin

go 1.26.0

require (
	github.com/dlahoza/pluginart v0.1.0
	github.com/google/flatbuffers v25.12.19+incompatible
	github.com/tdewolff/minify/v2 v2.24.25
)

require github.com/tdewolff/parse/v2 v2.8.20 // indirect

replace github.com/dlahoza/pluginart => ../../..
