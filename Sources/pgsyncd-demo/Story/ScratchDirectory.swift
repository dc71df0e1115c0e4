import Foundation

/// A folder of this run, for the logs of the programs.
struct ScratchDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("pgsyncd-demo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func remove() {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("The folder \(url.path) could not be removed: \(error)")
    }
  }
}
