import PostgresTypes
import SyncConfiguration

/// What to say of a table that does not exist: the valid name that was probably meant.
enum UnknownTable {
  /// An error of usage.
  ///
  /// - Parameter beginning: `no table`, as the beginning of the sentence.
  static func failure(
    _ name: QualifiedName, among valid: [QualifiedName], on beginning: String, hint: String? = nil
  ) -> CommandFailure {
    var message = "\(beginning) '\(name.sql)'"
    // The right name without its schema is likelier than a slip of the finger.
    let elsewhere =
      (valid.first { $0.name == name.name } ?? valid.first { $0.name.lowercased() == name.name.lowercased() })?.sql
    if let likely = elsewhere ?? NearestName.likely(for: name.sql, among: valid.map(\.sql)) {
      message += "; did you mean '\(likely)'?"
    } else if let nearest = NearestName.nearest(to: name.sql, among: valid.map(\.sql)) {
      message += "; the nearest name is '\(nearest)'"
    }
    return .usage(message, hint: hint)
  }
}
