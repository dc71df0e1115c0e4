import PostgresTypes

/// `I`: a row was inserted.
///
/// Letter, [Int32 xid inside a stream], Int32 OID, `N`, tuple (`logicalrep_write_insert`).
public struct InsertMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// The relation on the source; never zero.
  public var relation: OID
  /// The new row. It has no unchanged TOAST values, unless the decoder was told to accept them.
  public var newTuple: TupleData

  /// Makes the message.
  @inlinable public init(xid: TransactionID?, relation: OID, newTuple: TupleData) {
    self.xid = xid
    self.relation = relation
    self.newTuple = newTuple
  }
}
