/// What a replication stream has at hand.
public enum CopyData {
  /// One message: libpq's own memory, valid until the next call on the connection.
  case bytes(UnsafeRawBufferPointer)
  /// Nothing complete has arrived: wait for the socket, then take in what it has.
  case wouldBlock
  /// The server ended the stream in an orderly way; the connection takes commands again.
  case finished
}
