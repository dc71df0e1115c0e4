import LibPQ
import PostgresTypes
import SchemaDrift

/// A publication of the source as `pg_publication` describes it.
struct Publication: Hashable, Sendable {
  /// Its name.
  var name: String
  /// `FOR ALL TABLES`
  var sendsAllTables: Bool
  /// The operations that it does not send.
  var missingOperations: [String]
  /// True if partitions travel under the name of their root.
  var sendsViaRoot: Bool

  /// Looks a publication up; nil if there is none of that name.
  static func find(_ name: String, _ connection: PostgresConnection) throws(PostgresError) -> Publication? {
    let result = try connection.query(
      """
      SELECT puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot
      FROM pg_publication
      WHERE pubname = $1
      """, [name])
    if result.rowCount == 0 { return nil }
    let row = try result.onlyRow()
    var missing: [String] = []
    for (index, operation) in ["INSERT", "UPDATE", "DELETE", "TRUNCATE"].enumerated()
    where try !row.flag(1 + index) {
      missing.append(operation)
    }
    return Publication(
      name: name, sendsAllTables: try row.flag(0), missingOperations: missing, sendsViaRoot: try row.flag(5))
  }

  /// The statement that creates a publication of tables.
  ///
  /// ONLY keeps tables out that inherit from an ordinary table: they are chosen by their own names. Partitions follow
  /// their root in any case.
  static func creation(_ name: String, _ tables: [TableSchema]) -> String {
    "CREATE PUBLICATION \(SQLIdentifier.quoted(name)) FOR TABLE \(list(tables)) "
      + "WITH (publish_via_partition_root = true);"
  }

  /// The statement that adds tables to a publication.
  static func addition(_ name: String, _ tables: [TableSchema]) -> String {
    "ALTER PUBLICATION \(SQLIdentifier.quoted(name)) ADD TABLE \(list(tables));"
  }

  private static func list(_ tables: [TableSchema]) -> String {
    tables.map { $0.kind == .partitioned ? $0.name.sql : "ONLY \($0.name.sql)" }.joined(separator: ", ")
  }

  /// What an operator should know of a publication that exists.
  var problems: [SetupProblem] {
    if missingOperations.isEmpty { return [] }
    return [
      SetupProblem(
        .warning, "The publication \(SQLIdentifier.quoted(name)) does not send \(Listing.of(missingOperations))",
        why: "The target will not follow those changes", on: .source,
        fix: [
          "ALTER PUBLICATION \(SQLIdentifier.quoted(name)) SET (publish = 'insert, update, delete, truncate');"
        ])
    ]
  }
}
