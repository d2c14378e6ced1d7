module github.com/dlahoza/pluginart/bench/go

go 1.26.0

require (
	github.com/dlahoza/pluginart v0.1.0
	github.com/google/flatbuffers v25.12.19+incompatible
	google.golang.org/grpc v1.85.0
	google.golang.org/protobuf v1.36.12
)

require (
	github.com/pelletier/go-toml/v2 v2.4.3 // indirect
	golang.org/x/net v0.60.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.42.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260817212433-ac3dfec99bb1 // indirect
)

replace github.com/dlahoza/pluginart => ../..
