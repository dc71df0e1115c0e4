/// Checks that what the server calls a string is UTF-8.
///
/// The server sends strings in the connection's `client_encoding` (`pq_sendstring`, libpq/pqformat.c). With
/// `client_encoding` UTF8 the only names that are not UTF-8 come from a database with the encoding SQL_ASCII.
enum UTF8Validation {
  /// True if the bytes are well-formed UTF-8.
  static func isValid(_ bytes: RawSpan) -> Bool {
    // The buffer pointer does not leave the closure, during which the span keeps the memory alive.
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe buffer.allSatisfy { $0 < 0x80 } || String(validating: buffer, as: UTF8.self) != nil
    }
  }

  /// The bytes as a string; nil if they are not well-formed UTF-8.
  static func string(_ bytes: RawSpan) -> String? {
    unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
  }
}
