import PostgresTypes

/// What the catalog watch stores of a table of the source, where the accepted schema does not say it: so that what
/// happened while no service ran is noticed too.
public struct WatchedTable: Hashable, Sendable {
  /// Where the source's log was when this was so.
  public var position: LSN
  /// By which row of the source's catalog the table belongs to the publication; nil if it does not.
  public var membership: OID?
  /// `relfilenode`.
  public var fileNode: UInt32
  /// Changes with any column's definition.
  public var columns: Int64
  /// The partitions that hold rows, with their file nodes.
  public var partitions: [OID: UInt32]
}

extension WatchedTable: Codable {
  private enum CodingKeys: String, CodingKey {
    case position, membership, columns, partitions
    case fileNode = "relfilenode"
  }

  /// Writes an object; positions and OIDs as PostgreSQL prints them.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(position.description, forKey: .position)
    try object.encodeIfPresent(membership?.rawValue, forKey: .membership)
    try object.encode(fileNode, forKey: .fileNode)
    // As text: not every reader of JSON has 64 bits for a number.
    try object.encode(String(columns), forKey: .columns)
    if !partitions.isEmpty {
      let named = Dictionary(uniqueKeysWithValues: partitions.map { ($0.key.description, $0.value) })
      try object.encode(named, forKey: .partitions)
    }
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    guard let position = LSN(try object.decode(String.self, forKey: .position)),
      let columns = Int64(try object.decode(String.self, forKey: .columns))
    else {
      throw DecodingError.dataCorruptedError(forKey: .position, in: object, debugDescription: "no position")
    }
    self.position = position
    self.columns = columns
    membership = try object.decodeIfPresent(UInt32.self, forKey: .membership).map(OID.init(rawValue:))
    fileNode = try object.decode(UInt32.self, forKey: .fileNode)
    partitions = [:]
    for (oid, node) in try object.decodeIfPresent([String: UInt32].self, forKey: .partitions) ?? [:] {
      guard let oid = OID(oid) else {
        throw DecodingError.dataCorruptedError(forKey: .partitions, in: object, debugDescription: "\(oid) is no OID")
      }
      partitions[oid] = node
    }
  }
}
