import SyncEngine

/// The version of this program, as `--version` and the catalog say it.
enum ProgramVersion {
  /// Semantic version.
  static let current = ServiceIdentity.version
}
