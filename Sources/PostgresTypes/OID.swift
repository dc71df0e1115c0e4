/// The identifier of an object in a system catalog (`oid`, 32 bits). 0 is `InvalidOid`.
public struct OID: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  /// The number itself.
  public var rawValue: UInt32

  /// Makes an identifier from its number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `InvalidOid`: names nothing.
  public static let invalid = OID(rawValue: 0)

  /// The first identifier that is not fixed in every cluster (`FirstGenbkiObjectId`, access/transam.h):
  /// identifiers from here on mean different things on different servers and must not be compared across them.
  public static let firstUnpinned = OID(rawValue: 10_000)

  /// True for an identifier that is the same in every cluster.
  public var isSameEverywhere: Bool { self != .invalid && self < .firstUnpinned }

  /// Ordered by number.
  public static func < (lhs: OID, rhs: OID) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension OID: LosslessStringConvertible {
  /// Reads a decimal number.
  public init?(_ description: String) {
    guard let value = UInt32(description) else { return nil }
    rawValue = value
  }

  /// The number in decimal.
  public var description: String { String(rawValue) }
}
