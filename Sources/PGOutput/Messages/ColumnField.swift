/// One column of a tuple: how the value is there, and where. 12 bytes.
public struct ColumnField: Hashable, Sendable {
  /// Where the value lies in the decoded buffer; empty for NULL and for an unchanged TOAST value.
  public var value: ByteRange
  /// How the value is there.
  public var kind: ColumnKind

  /// Makes a field.
  @inlinable public init(kind: ColumnKind, value: ByteRange) {
    self.value = value
    self.kind = kind
  }

  /// True for NULL. (In an old key also true for every column outside the key.)
  @inlinable public var isNull: Bool { kind == .null }
  /// True if the value is on the wire, in text or in binary.
  @inlinable public var hasValue: Bool { kind == .text || kind == .binary }
}
