import PostgresTypes

/// A foreign key of a table.
public struct ForeignKey: Hashable, Sendable, Codable {
  /// The constraint's name.
  public var name: String
  /// The referencing columns, in the constraint's order.
  public var columns: [String]
  /// The table that is referenced.
  public var referencedTable: QualifiedName
  /// `pg_get_constraintdef`: `FOREIGN KEY (a) REFERENCES public.b(id)`; nil if it is not known.
  public var definition: String?

  /// Puts a foreign key together.
  public init(name: String, columns: [String], referencedTable: QualifiedName, definition: String? = nil) {
    self.name = name
    self.columns = columns
    self.referencedTable = referencedTable
    self.definition = definition
  }

  private enum CodingKeys: String, CodingKey {
    case name, columns, definition
    case referencedTable = "referenced_table"
  }
}
