import Foundation

/// Writing to stdout and stderr, whole texts at a time.
enum StandardStream {
  /// Writes all of `text`. What cannot be written is given up: nobody is left to be told.
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        guard errno == EINTR else { return }
        continue
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Writes lines of data to stdout.
  static func print(_ lines: [String]) {
    write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
  }

  /// Writes a line of data to stdout.
  static func print(_ line: String) { print([line]) }
}
