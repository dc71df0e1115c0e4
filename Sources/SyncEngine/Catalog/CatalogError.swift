import LibPQ
import PostgresTypes

/// Why the catalog could not be used.
public enum CatalogError: Error, Sendable, CustomStringConvertible {
  /// The server refused or went away.
  case postgres(PostgresError)
  /// The catalog was written by a later pgsyncd than this one.
  case newerThanBinary(catalogVersion: Int, binaryVersion: Int)
  /// There is a schema `pgsyncd` that is not ours: it has no `catalog_version`.
  case foreignSchema
  /// The target has no catalog, or the pipeline is not in it.
  case noSuchPipeline(String)
  /// A stored table cannot be read.
  case unreadableTable(name: QualifiedName, why: String)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .postgres(let error): error.description
    case .newerThanBinary(let catalogVersion, let binaryVersion):
      "the catalog in the target database has version \(catalogVersion), and this pgsyncd knows versions up to "
        + "\(binaryVersion); run the newer pgsyncd that wrote it"
    case .foreignSchema:
      "the target database has a schema named pgsyncd that pgsyncd did not create; rename or drop it"
    case .noSuchPipeline(let pipeline):
      "the target database has no pipeline named \(pipeline); run pgsyncd setup or pgsyncd sync first"
    case .unreadableTable(let name, let why):
      "the stored schema of \(name) cannot be read: \(why)"
    }
  }
}
