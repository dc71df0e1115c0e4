import PostgresTypes
import SchemaDrift

/// Asks for the copy of a single table while the others stream.
struct TableCopyOrder: Sendable {
  /// The table's OID, as the pipeline knows it.
  var table: OID
  /// Its name, for messages.
  var name: QualifiedName
  /// The source's table if it is another one than the pipeline knows: it was created anew, under the same name.
  var successor: TableSchema?
  /// Set if the rows that are there cannot be gone on with should the copy fail.
  var need: CopyNeed?
}

/// Why a table can only go on with a copy of its rows.
public enum CopyNeed: String, Hashable, Sendable {
  /// It was never copied. Nobody has asked to replace rows of the target, so its table has to be empty.
  case first
  /// The rows that are there are of no use: they are another table's, or changes of theirs were dropped.
  case again
}
