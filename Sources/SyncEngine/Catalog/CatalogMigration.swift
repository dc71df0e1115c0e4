/// One step of the catalog: a file of `sql/`, built into the program.
struct CatalogMigration: Sendable {
  /// The version that the catalog has afterwards.
  let version: Int
  /// Its statements.
  let sql: String

  /// All steps in order; the last one's version is what this program works with.
  static let all: [CatalogMigration] = [
    CatalogMigration(version: 1, sql: String(decoding: PackageResources.catalog_0001_sql, as: UTF8.self))
  ]

  /// The version that this program works with.
  static let currentVersion = all.last?.version ?? 0
}
