import CLibCrypto

/// The SHA-256 of a table's canonical text: equal for two tables exactly if their canonical texts are.
public struct SchemaFingerprint: Hashable, Sendable, Codable {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Wraps a fingerprint that was stored.
  public init(hex: String) { self.hex = hex }
}
