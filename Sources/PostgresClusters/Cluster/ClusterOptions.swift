/// What a throw-away cluster is like.
public struct ClusterOptions: Sendable {
  /// How sessions prove who they are.
  public enum Authentication: Sendable, Equatable {
    /// Everybody is believed.
    case trust
    /// SCRAM passwords for everybody; this one is the superuser's.
    case scram(password: String)
  }

  /// The version to run; nil for the default one.
  public var majorVersion: Int?
  /// Server settings beyond, or instead of, the usual ones.
  public var settings: [String: String]
  /// How sessions prove who they are.
  public var authentication: Authentication
  /// Also listen on 127.0.0.1, on a port that is free.
  public var listensOnLoopback: Bool
  /// `initdb --encoding`.
  public var encoding: String

  /// Describes a cluster; by default one that is ready for logical replication and quick rather than durable.
  public init(
    majorVersion: Int? = nil, settings: [String: String] = [:], authentication: Authentication = .trust,
    listensOnLoopback: Bool = false, encoding: String = "UTF8"
  ) {
    self.majorVersion = majorVersion
    self.settings = settings
    self.authentication = authentication
    self.listensOnLoopback = listensOnLoopback
    self.encoding = encoding
  }

  /// Logical decoding, room for many slots and two-phase transactions, little memory, no waiting for disks. (Processes
  /// are killed in tests, machines are not, so nothing is lost without fsync.)
  static let usualSettings: [String: String] = [
    "wal_level": "logical", "max_wal_senders": "20", "max_replication_slots": "20",
    "max_prepared_transactions": "20", "max_connections": "60", "shared_buffers": "32MB", "fsync": "off",
    "full_page_writes": "off", "log_min_messages": "warning", "listen_addresses": "",
  ]
}
