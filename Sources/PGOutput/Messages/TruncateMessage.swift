import PostgresTypes

/// `T`: tables were emptied, those that a cascade reached included.
///
/// Letter, [Int32 xid inside a stream], Int32 count, Int8 options, count × Int32 OID (`logicalrep_write_truncate`).
public struct TruncateMessage: Hashable, Sendable {
  /// The options of the command.
  public struct Options: OptionSet, Hashable, Sendable {
    /// The byte on the wire.
    public var rawValue: UInt8
    /// Makes options from the byte on the wire.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `TRUNCATE … CASCADE`.
    public static let cascade = Options(rawValue: 1)
    /// `TRUNCATE … RESTART IDENTITY`.
    public static let restartIdentity = Options(rawValue: 2)
  }

  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The options of the command.
  public var options: Options
  /// The OIDs of the relations, 4 bytes each in network order.
  public var relations: ByteRange

  /// Makes the message.
  public init(xid: TransactionID?, options: Options, relations: ByteRange) {
    self.xid = xid
    self.options = options
    self.relations = relations
  }

  /// The number of relations.
  public var relationCount: Int { relations.count / 4 }

  /// The relations in the order of the message.
  ///
  /// - Parameter bytes: The buffer that the message was decoded from.
  public func relations(in bytes: RawSpan) throws(PGOutputError) -> [OID] {
    var reader = try ByteReader(relations, in: bytes)
    var result: [OID] = []
    result.reserveCapacity(relationCount)
    while reader.remaining > 0 { result.append(try reader.oid(bytes, "OID of a truncated relation")) }
    return result
  }
}
