import PostgresTypes

/// `R`: the shape of a relation, before the first tuple that has this shape.
///
/// Letter, [Int32 xid inside a stream], Int32 OID, String namespace, String name, Int8 replica identity, Int16 count of
/// columns, then for each Int8 flags, String name, Int32 type OID, Int32 type modifier (`logicalrep_write_rel`).
/// Generated columns are left out, and so are those that are not in the publication's column list.
public struct RelationMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The relation on the source; never zero.
  public var relation: OID
  /// The schema, UTF-8; empty for `pg_catalog`.
  public var namespace: ByteRange
  /// The name, UTF-8.
  public var name: ByteRange
  /// `relreplident` of the relation.
  public var replicaIdentity: WireReplicaIdentity
  /// The number of columns.
  public var columnCount: Int
  /// The descriptions of the columns, one after the other.
  public var columns: ByteRange
  /// Everything from the OID to the end of the message. Two messages with the same bytes here describe the same shape,
  /// whether or not one of them carried an xid.
  public var shape: ByteRange

  /// Makes the message.
  public init(
    xid: TransactionID?, relation: OID, namespace: ByteRange, name: ByteRange, replicaIdentity: WireReplicaIdentity,
    columnCount: Int, columns: ByteRange, shape: ByteRange
  ) {
    self.xid = xid
    self.relation = relation
    self.namespace = namespace
    self.name = name
    self.replicaIdentity = replicaIdentity
    self.columnCount = columnCount
    self.columns = columns
    self.shape = shape
  }

  /// The name with its schema; an empty namespace reads as `pg_catalog`.
  ///
  /// - Parameter bytes: The buffer that the message was decoded from.
  public func qualifiedName(in bytes: RawSpan) throws(PGOutputError) -> QualifiedName {
    try QualifiedName(namespace: namespace, name: name, in: bytes)
  }

  /// The columns in the order of the tuples.
  ///
  /// - Parameter bytes: The buffer that the message was decoded from.
  public func columns(in bytes: RawSpan) throws(PGOutputError) -> [RelationColumn] {
    var reader = try ByteReader(columns, in: bytes)
    var result: [RelationColumn] = []
    while reader.remaining > 0 { result.append(try reader.relationColumn(bytes)) }
    return result
  }
}
