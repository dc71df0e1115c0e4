import Foundation
import Testing

/// Messages that a real server has sent, with the SQL that made it send them.
///
/// A fixture is a text file. Lines with `#` tell the server's version, the options of the slot, what was there before,
/// and before each group of messages the SQL that was run; `# ->` is what psql printed. Every other line is one message
/// in hexadecimal; `(78*3000)` stands for 3000 bytes 78. Identifiers, positions and times are the server's.
///
/// They were captured from a walsender (`START_REPLICATION SLOT … LOGICAL`), statement by statement while the
/// transactions were open, so that streamed and rolled back transactions look as they do in practice. For a transaction
/// that is not streamed, `pg_logical_slot_peek_binary_changes` gives the same bytes.
struct Fixture: CustomTestStringConvertible {
  let name: String
  /// The messages, or whole CopyData frames in the fixtures called `frames-…`.
  let messages: [[UInt8]]
  /// What psql printed, by the word before the bar: `# -> xid|1381`.
  let printed: [String: [String]]
  /// What psql printed in lines without a bar.
  let loneLines: [String]

  var testDescription: String { name }

  static let streams: [Fixture] = names.filter { !$0.hasPrefix("frames") }.map { Fixture(named: $0) }
  static let frames: [Fixture] = names.filter { $0.hasPrefix("frames") }.map { Fixture(named: $0) }

  private static var folder: URL {
    Bundle.module.resourceURL!.appendingPathComponent("Fixtures")
  }

  private static let names: [String] = {
    let files = try! FileManager.default.contentsOfDirectory(atPath: folder.path)
    return files.filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
  }()

  init(named name: String) {
    self.name = name
    var messages: [[UInt8]] = []
    var printed: [String: [String]] = [:]
    var loneLines: [String] = []
    let text = try! String(contentsOf: Self.folder.appendingPathComponent(name + ".hex"), encoding: .utf8)
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# -> ") {
        let parts = line.dropFirst(5).split(separator: "|", maxSplits: 1).map(String.init)
        if parts.count == 2 { printed[parts[0], default: []].append(parts[1]) } else { loneLines += parts }
      } else if !line.hasPrefix("#") {
        messages.append(Self.bytes(ofHex: line))
      }
    }
    self.messages = messages
    self.printed = printed
    self.loneLines = loneLines
  }

  private static func bytes(ofHex line: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in line.split(separator: " ") {
      if word.hasPrefix("(") {
        let parts = word.dropFirst().dropLast().split(separator: "*")
        bytes += [UInt8](repeating: UInt8(parts[0], radix: 16)!, count: Int(parts[1])!)
        continue
      }
      var digits = word
      while !digits.isEmpty {
        bytes.append(UInt8(digits.prefix(2), radix: 16)!)
        digits = digits.dropFirst(2)
      }
    }
    return bytes
  }
}
