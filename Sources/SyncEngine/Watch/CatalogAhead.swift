import PostgresTypes

/// What `status` says while the source's catalog is ahead of the stream: the watch has seen a change whose place in the
/// stream is still to come.
enum CatalogAhead {
  private static let beginning = "The source's catalog is ahead of the stream"

  /// The warning.
  static func note(_ position: LSN) -> String {
    "\(beginning): its schema has changed, and is judged when the stream reaches \(position)"
  }

  /// Warnings without this one.
  static func without(_ warnings: [String]) -> [String] { warnings.filter { !$0.hasPrefix(beginning) } }
}
