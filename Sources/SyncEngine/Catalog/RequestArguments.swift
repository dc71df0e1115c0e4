import PostgresTypes
import SchemaDrift

/// What an operator gives along with a request: the `arguments` of a row of `pgsyncd.requests`.
public struct RequestArguments: Hashable, Sendable {
  /// Overrides that are stored for the table if the request is accepted.
  public var overrides: PolicyOverrides
  /// True if the affected columns are to be read again from the source.
  public var readsColumnsAgain: Bool
  /// The commit position of the one transaction that is dropped for this table.
  public var skippedTransaction: LSN?

  /// Puts arguments together; what is not given asks for nothing.
  public init(
    overrides: PolicyOverrides = .none, readsColumnsAgain: Bool = false, skippedTransaction: LSN? = nil
  ) {
    self.overrides = overrides
    self.readsColumnsAgain = readsColumnsAgain
    self.skippedTransaction = skippedTransaction
  }

  /// Asks for nothing beyond the command.
  public static let none = RequestArguments()
}

extension RequestArguments: Codable {
  private enum CodingKeys: String, CodingKey {
    case overrides
    case readsColumnsAgain = "backfill"
    case skippedTransaction = "skip_transaction"
  }

  /// Writes only what is asked.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    if overrides != .none { try object.encode(overrides, forKey: .overrides) }
    if readsColumnsAgain { try object.encode(true, forKey: .readsColumnsAgain) }
    try object.encodeIfPresent(skippedTransaction?.description, forKey: .skippedTransaction)
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    overrides = try object.decodeIfPresent(PolicyOverrides.self, forKey: .overrides) ?? .none
    readsColumnsAgain = try object.decodeIfPresent(Bool.self, forKey: .readsColumnsAgain) ?? false
    skippedTransaction = try object.decodeIfPresent(String.self, forKey: .skippedTransaction).map { text in
      guard let position = LSN(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: .skippedTransaction, in: object, debugDescription: "\(text) is not a WAL position")
      }
      return position
    }
  }
}
