import PostgresTypes

/// What is known of a pipeline's replication slot.
public struct SlotStatus: Hashable, Sendable {
  /// Who told the figures.
  public enum Witness: String, Codable, Sendable {
    /// The source, asked just now.
    case source
    /// The service, with its last sign of life.
    case heartbeat
  }

  /// The slot's name.
  public var name: String
  /// Up to where the target's durable state was confirmed to the source.
  public var confirmedFlushLSN: LSN?
  /// From where on the source keeps WAL for it.
  public var restartLSN: LSN?
  /// How much WAL that is.
  public var retainedWALBytes: Int64?
  /// `reserved`, `extended`, `unreserved` or `lost` (`pg_replication_slots.wal_status`).
  public var walStatus: String?
  /// Who told this; nil if nobody could.
  public var witness: Witness?
  /// When.
  public var observedAt: PostgresTimestamp?

  /// A slot of which nothing but its name is known.
  public init(name: String) { self.name = name }
}

extension SlotStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case name
    case confirmedFlushLSN = "confirmed_flush_lsn"
    case restartLSN = "restart_lsn"
    case retainedWALBytes = "retained_wal_bytes"
    case walStatus = "wal_status"
    case witness = "observed_by"
    case observedAt = "observed_at"
  }

  /// Writes every key of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(confirmedFlushLSN?.description, forKey: .confirmedFlushLSN)
    try container.encode(restartLSN?.description, forKey: .restartLSN)
    try container.encode(retainedWALBytes, forKey: .retainedWALBytes)
    try container.encode(walStatus, forKey: .walStatus)
    try container.encode(witness, forKey: .witness)
    try container.encode(observedAt?.iso8601, forKey: .observedAt)
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    confirmedFlushLSN = try container.decodeIfPresent(String.self, forKey: .confirmedFlushLSN).flatMap { LSN($0) }
    restartLSN = try container.decodeIfPresent(String.self, forKey: .restartLSN).flatMap { LSN($0) }
    retainedWALBytes = try container.decodeIfPresent(Int64.self, forKey: .retainedWALBytes)
    walStatus = try container.decodeIfPresent(String.self, forKey: .walStatus)
    witness = try container.decodeIfPresent(Witness.self, forKey: .witness)
    observedAt = try container.decodeIfPresent(String.self, forKey: .observedAt)
      .flatMap(PostgresTimestamp.init(iso8601:))
  }
}
