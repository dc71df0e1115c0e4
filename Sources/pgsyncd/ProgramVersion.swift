/// The version of this program, as `--version` and the catalog say it.
enum ProgramVersion {
  /// Semantic version.
  static let current = "0.1.0"
}
