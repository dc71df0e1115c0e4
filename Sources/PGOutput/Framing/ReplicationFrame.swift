/// What a walsender puts into one CopyData message while it streams.
///
/// Source: PostgreSQL documentation, chapter "Streaming Replication Protocol" (protocol-replication).
public enum ReplicationFrame: Hashable, Sendable {
  /// `w`: a piece of the log, here one message of the output plugin.
  case xLogData(XLogData)
  /// `k`: a sign of life.
  case keepalive(PrimaryKeepalive)
}
