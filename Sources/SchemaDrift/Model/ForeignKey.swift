import PostgresTypes

/// A foreign key of a table.
public struct ForeignKey: Hashable, Sendable, Codable {
  /// The constraint's name.
  public var name: String
  /// The referencing columns, in the constraint's order.
  public var columns: [String]
  /// The table that is referenced.
  public var referencedTable: QualifiedName

  /// Puts a foreign key together.
  public init(name: String, columns: [String], referencedTable: QualifiedName) {
    self.name = name
    self.columns = columns
    self.referencedTable = referencedTable
  }

  private enum CodingKeys: String, CodingKey {
    case name, columns
    case referencedTable = "referenced_table"
  }
}
