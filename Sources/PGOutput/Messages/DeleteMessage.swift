import PostgresTypes

/// `D`: a row was deleted.
///
/// Letter, [Int32 xid inside a stream], Int32 OID, `K` or `O`, old tuple (`logicalrep_write_delete`).
public struct DeleteMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The relation on the source; never zero.
  public var relation: OID
  /// The old row or its key.
  public var oldTuple: OldTuple

  /// Makes the message.
  @inlinable public init(xid: TransactionID?, relation: OID, oldTuple: OldTuple) {
    self.xid = xid
    self.relation = relation
    self.oldTuple = oldTuple
  }
}
