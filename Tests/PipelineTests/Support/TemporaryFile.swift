import Foundation

/// A file that lives as long as the object.
final class TemporaryFile: Sendable {
  /// Where it is.
  let path: String

  /// Writes the text to a new file.
  init(_ text: String) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("pgsyncd-test-\(UUID().uuidString)").path
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
