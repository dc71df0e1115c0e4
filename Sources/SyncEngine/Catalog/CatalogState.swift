/// What a target database holds of the catalog.
public enum CatalogState: Hashable, Sendable {
  /// Nothing: there is no schema `pgsyncd`.
  case absent
  /// The schema `pgsyncd` exists and is not ours.
  case foreignSchema
  /// A catalog of that version.
  case version(Int)

  /// True if the tables of this program's version are there.
  public var isCurrent: Bool { self == .version(CatalogMigration.currentVersion) }
}
