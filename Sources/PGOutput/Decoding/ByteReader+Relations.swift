import PostgresTypes

extension ByteReader {
  /// Reads a Relation message after its letter and xid, each column included.
  mutating func relation(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> RelationMessage {
    let shapeStart = offset
    let relation = try oid(bytes, "OID of the relation")
    let namespace = try string(bytes, "schema of the relation")
    let name = try string(bytes, "name of the relation")
    let identity = try replicaIdentity(bytes)
    let countOffset = offset
    let columnCount = Int(try take(Int16.self, bytes, "count of columns"))
    guard columnCount >= 0 else {
      throw PGOutputError(.negativeLength(columnCount), at: countOffset, expected: "count of columns")
    }
    let columnsStart = offset
    for _ in 0..<columnCount { _ = try relationColumn(bytes) }
    return RelationMessage(
      xid: xid, relation: relation, namespace: namespace, name: name, replicaIdentity: identity,
      columnCount: columnCount, columns: ByteRange(insideOffset: columnsStart, count: offset - columnsStart),
      shape: ByteRange(insideOffset: shapeStart, count: offset - shapeStart))
  }

  /// Reads a Type message after its letter and xid.
  mutating func type(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> TypeMessage {
    TypeMessage(
      xid: xid, oid: try oid(bytes, "OID of the type"), namespace: try string(bytes, "schema of the type"),
      name: try string(bytes, "name of the type"))
  }

  /// Reads a Truncate message after its letter and xid.
  mutating func truncate(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> TruncateMessage {
    let countOffset = offset
    let count = Int(try take(Int32.self, bytes, "count of relations"))
    guard count >= 0 else {
      throw PGOutputError(.negativeLength(count), at: countOffset, expected: "count of relations")
    }
    let options = try flags(known: 3, bytes, "options 0 to 3")
    let relationsStart = offset
    // A count of 32 bits times 4 does not overflow, and no more is read than is there.
    guard count * 4 <= remaining else {
      throw PGOutputError(
        .truncated(needed: count * 4, available: remaining), at: offset, expected: "OIDs of the relations")
    }
    for _ in 0..<count { _ = try oid(bytes, "OID of a truncated relation") }
    return TruncateMessage(
      xid: xid, options: .init(rawValue: options),
      relations: ByteRange(insideOffset: relationsStart, count: count * 4))
  }

  private mutating func replicaIdentity(_ bytes: RawSpan) throws(PGOutputError) -> WireReplicaIdentity {
    let start = offset
    let letter = try byte(bytes, "replica identity d, n, f or i")
    guard let identity = WireReplicaIdentity(rawValue: letter) else {
      throw PGOutputError(.unexpectedByte(letter), at: start, expected: "replica identity d, n, f or i")
    }
    return identity
  }
}
