/// The identifier of a transaction or subtransaction on the source (`TransactionId`, 32 bits).
///
/// The numbers wrap around, so they have no order; they are only compared for being equal.
public struct TransactionID: RawRepresentable, Hashable, Sendable {
  /// The number itself; never 0 (`InvalidTransactionId`) in a decoded message.
  public var rawValue: UInt32

  /// Makes an identifier from its number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension TransactionID: CustomStringConvertible {
  /// The number in decimal.
  public var description: String { String(rawValue) }
}
