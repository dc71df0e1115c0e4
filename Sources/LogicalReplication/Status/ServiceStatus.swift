import PostgresTypes

/// What is known of the process that leads a pipeline.
public struct ServiceStatus: Hashable, Sendable {
  /// True while a process holds the pipeline's advisory lock; false at once when it dies.
  public var isRunning = false
  /// How many processes wait to take over.
  public var standbys = 0
  /// Where the leader runs, or ran.
  public var host: String?
  /// Its process.
  public var pid: Int?
  /// Its version.
  public var version: String?
  /// When it became the leader.
  public var startedAt: PostgresTimestamp?
  /// When it last gave a sign of life.
  public var heartbeatAt: PostgresTimestamp?
  /// What it was doing then: `copying`, `streaming`, `parking_full`, …
  public var activity: String?
  /// What it last failed with.
  public var lastError: String?

  /// A service of which nothing is known.
  public init() {}
}

extension ServiceStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case running, standby, standbys, host, pid, version, heartbeat, activity
    case startedAt = "started_at"
    case lastError = "last_error"
  }

  /// Writes every key of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isRunning, forKey: .running)
    try container.encode(standbys > 0, forKey: .standby)
    try container.encode(standbys, forKey: .standbys)
    try container.encode(host, forKey: .host)
    try container.encode(pid, forKey: .pid)
    try container.encode(version, forKey: .version)
    try container.encode(startedAt?.iso8601, forKey: .startedAt)
    try container.encode(heartbeatAt?.iso8601, forKey: .heartbeat)
    try container.encode(activity, forKey: .activity)
    try container.encode(lastError, forKey: .lastError)
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    isRunning = try container.decode(Bool.self, forKey: .running)
    standbys = try container.decode(Int.self, forKey: .standbys)
    host = try container.decodeIfPresent(String.self, forKey: .host)
    pid = try container.decodeIfPresent(Int.self, forKey: .pid)
    version = try container.decodeIfPresent(String.self, forKey: .version)
    startedAt = try container.decodeIfPresent(String.self, forKey: .startedAt).flatMap(PostgresTimestamp.init(iso8601:))
    heartbeatAt = try container.decodeIfPresent(String.self, forKey: .heartbeat)
      .flatMap(PostgresTimestamp.init(iso8601:))
    activity = try container.decodeIfPresent(String.self, forKey: .activity)
    lastError = try container.decodeIfPresent(String.self, forKey: .lastError)
  }
}
