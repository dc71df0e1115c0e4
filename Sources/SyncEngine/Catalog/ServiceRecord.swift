import PostgresTypes

/// A row of `pgsyncd.services`: what the process that leads a pipeline says of itself.
public struct ServiceRecord: Hashable, Sendable {
  /// The machine it runs on.
  public var host: String
  /// Its process number there.
  public var pid: Int32
  /// Its version.
  public var version: String
  /// When it took the lead.
  public var startedAt: PostgresTimestamp
  /// When it last said so.
  public var heartbeatAt: PostgresTimestamp
  /// What it is doing, in a word or two.
  public var activity: String
  /// The last position that it has received.
  public var receivedLSN: LSN?
  /// The source's end of log as far as the process knows.
  public var sourceLSN: LSN?
  /// The slot's `confirmed_flush_lsn`.
  public var confirmedFlushLSN: LSN?
  /// The slot's `restart_lsn`.
  public var restartLSN: LSN?
  /// How much log the slot retains, in bytes.
  public var retainedWALBytes: Int64?
  /// The slot's `wal_status`.
  public var walStatus: String?
  /// The last error that it survived.
  public var lastError: String?

  /// Puts a record together.
  public init(
    host: String, pid: Int32, version: String, startedAt: PostgresTimestamp, heartbeatAt: PostgresTimestamp,
    activity: String, receivedLSN: LSN? = nil, sourceLSN: LSN? = nil, confirmedFlushLSN: LSN? = nil,
    restartLSN: LSN? = nil, retainedWALBytes: Int64? = nil, walStatus: String? = nil, lastError: String? = nil
  ) {
    self.host = host
    self.pid = pid
    self.version = version
    self.startedAt = startedAt
    self.heartbeatAt = heartbeatAt
    self.activity = activity
    self.receivedLSN = receivedLSN
    self.sourceLSN = sourceLSN
    self.confirmedFlushLSN = confirmedFlushLSN
    self.restartLSN = restartLSN
    self.retainedWALBytes = retainedWALBytes
    self.walStatus = walStatus
    self.lastError = lastError
  }
}
