import PostgresTypes

/// What the target said when it refused a change, without the values that may stand in it.
public struct Refusal: Hashable, Sendable {
  /// The condition's code.
  public var sqlState: SQLState?
  /// The primary message.
  public var message: String
  /// The table that the condition belongs to, if the target named one.
  public var table: QualifiedName?
  /// The column, if the target named one.
  public var column: String?
  /// The data type, if the target named one: the domain whose constraint refused the value.
  public var dataType: QualifiedName?
  /// The constraint, or the unique index.
  public var constraint: String?
  /// The role that writes.
  public var role: String?

  /// Puts it together.
  public init(
    sqlState: SQLState?, message: String, table: QualifiedName? = nil, column: String? = nil,
    dataType: QualifiedName? = nil, constraint: String? = nil, role: String? = nil
  ) {
    self.sqlState = sqlState
    self.message = message
    self.table = table
    self.column = column
    self.dataType = dataType
    self.constraint = constraint
    self.role = role
  }

  /// The message with its code.
  public var text: String { message + (sqlState.map { " (SQLSTATE \($0))" } ?? "") }
}
