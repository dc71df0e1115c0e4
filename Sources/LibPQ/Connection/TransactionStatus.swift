/// Where a session stands with regard to transactions, as the server last said (`PQtransactionStatus`).
public enum TransactionStatus: Sendable {
  /// Outside any transaction block.
  case idle
  /// A command is in progress.
  case active
  /// Inside a transaction block.
  case inTransaction
  /// Inside a transaction block that failed: only ROLLBACK is accepted.
  case inFailedTransaction
  /// The connection is bad.
  case unknown
}
