/// A name as PostgreSQL compares it: byte by byte.
///
/// Swift's `String` calls `é` in one scalar and `é` in two the same text; to PostgreSQL they are two columns. Every
/// dictionary and every comparison of names in this module goes through this key.
public struct NameKey: Hashable, Sendable {
  /// The name's UTF-8 bytes.
  public let bytes: [UInt8]

  /// The key of a name.
  public init(_ name: String) { bytes = Array(name.utf8) }
}

extension NameKey: Comparable {
  /// Ordered byte by byte, as the "C" collation does.
  public static func < (lhs: NameKey, rhs: NameKey) -> Bool { lhs.bytes.lexicographicallyPrecedes(rhs.bytes) }
}

extension String {
  /// True if both texts consist of the same bytes.
  func isSameName(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
