import CLibCrypto

/// The SHA-256 of a table's canonical text: equal for two tables exactly if their ``CanonicalSchema`` texts are.
public struct SchemaFingerprint: Hashable, Sendable {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Wraps a fingerprint that was stored.
  public init(hex: String) { self.hex = hex }

  /// The fingerprint of a table.
  public init(of table: TableSchema) { self.init(ofText: CanonicalSchema.text(of: table)) }

  /// The SHA-256 of a text's UTF-8 bytes.
  init(ofText text: String) {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    let bytes = Array(text.utf8)
    let succeeded = EVP_Digest(bytes, bytes.count, &digest, &size, EVP_sha256(), nil)
    precondition(succeeded == 1 && size == 32, "libcrypto must offer SHA-256; without it no schema can be told apart.")
    hex = digest.prefix(Int(size)).map(Self.hexPair).joined()
  }

  private static func hexPair(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }
}

extension SchemaFingerprint: CustomStringConvertible {
  /// The hexadecimal digits.
  public var description: String { hex }
}

extension SchemaFingerprint: Codable {
  /// Writes the digits as a plain string.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(hex)
  }

  /// Reads the digits.
  public init(from decoder: any Decoder) throws {
    self.init(hex: try decoder.singleValueContainer().decode(String.self))
  }
}
