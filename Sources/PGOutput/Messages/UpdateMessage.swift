import PostgresTypes

/// `U`: a row was updated.
///
/// Letter, [Int32 xid inside a stream], Int32 OID, [`K` or `O`, old tuple], `N`, new tuple (`logicalrep_write_update`).
public struct UpdateMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The relation on the source; never zero.
  public var relation: OID
  /// The old row or its key; nil if the key did not change, so that the new row's key finds the old row too.
  public var oldTuple: OldTuple?
  /// The new row. Values that are unchanged and stored out of line are not sent (``ColumnKind/unchangedTOAST``).
  public var newTuple: TupleData

  /// Makes the message.
  @inlinable public init(xid: TransactionID?, relation: OID, oldTuple: OldTuple?, newTuple: TupleData) {
    self.xid = xid
    self.relation = relation
    self.oldTuple = oldTuple
    self.newTuple = newTuple
  }
}
