/// A position in a server's write-ahead log, in bytes since the beginning of the log.
///
/// Written as PostgreSQL writes it: two hexadecimal halves, `16/B374D848` (`pg_lsn`, datatype-pg-lsn).
public struct LSN: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  /// Bytes since the beginning of the log.
  public var rawValue: UInt64

  /// Makes a position from a count of bytes.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// `InvalidXLogRecPtr`: no position at all.
  public static let zero = LSN(rawValue: 0)

  /// Positions are ordered as the log is.
  public static func < (lhs: LSN, rhs: LSN) -> Bool { lhs.rawValue < rhs.rawValue }

  /// The number of bytes from `other` up to this position; 0 if `other` lies ahead.
  public func bytes(since other: LSN) -> UInt64 { rawValue > other.rawValue ? rawValue - other.rawValue : 0 }
}

extension LSN: LosslessStringConvertible {
  /// Reads `XXXXXXXX/XXXXXXXX`; nil for anything that `pg_lsn` would not accept.
  public init?(_ description: String) {
    let halves = description.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let high = LSN.half(halves[0]), let low = LSN.half(halves[1]) else { return nil }
    rawValue = UInt64(high) << 32 | UInt64(low)
  }

  /// The position as PostgreSQL prints it.
  public var description: String {
    String(rawValue >> 32, radix: 16, uppercase: true) + "/"
      + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
  }

  private static func half(_ digits: Substring) -> UInt32? {
    guard (1...8).contains(digits.utf8.count), digits.utf8.allSatisfy({ isHexDigit($0) }) else { return nil }
    return UInt32(digits, radix: 16)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
