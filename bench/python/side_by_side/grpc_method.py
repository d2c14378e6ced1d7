"""The one method of the grpcio contestants: bytes in, bytes out, without generated code."""

METHOD = "/bench.Echo/Echo"
NO_LIMIT = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
