import PostgresTypes

/// `Y`: the name of a type that is not built in. It comes before the Relation that uses it.
///
/// Letter, [Int32 xid inside a stream], Int32 OID, String namespace, String name (`logicalrep_write_typ`). For a domain
/// the OID is the domain's, but namespace and name are those of its base type.
public struct TypeMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The type on the source; never zero.
  public var oid: OID
  /// The schema, UTF-8; empty for `pg_catalog`.
  public var namespace: ByteRange
  /// The name, UTF-8.
  public var name: ByteRange

  /// Makes the message.
  public init(xid: TransactionID?, oid: OID, namespace: ByteRange, name: ByteRange) {
    self.xid = xid
    self.oid = oid
    self.namespace = namespace
    self.name = name
  }

  /// The name with its schema; an empty namespace reads as `pg_catalog`.
  ///
  /// - Parameter bytes: The buffer that the message was decoded from.
  public func qualifiedName(in bytes: RawSpan) throws(PGOutputError) -> QualifiedName {
    try QualifiedName(namespace: namespace, name: name, in: bytes)
  }
}

extension QualifiedName {
  /// Reads a name as the wire has it: an empty namespace stands for `pg_catalog` (`logicalrep_read_namespace`).
  init(namespace: ByteRange, name: ByteRange, in bytes: RawSpan) throws(PGOutputError) {
    let schema = namespace.isEmpty ? "pg_catalog" : try namespace.text(in: bytes)
    self.init(schema: schema, name: try name.text(in: bytes))
  }
}
