import PostgresTypes

/// The values of a statement's parameters, one after the other in one arena that is used again and again.
public final class BoundParameters {
  private var arena = ParameterArena()

  /// Makes an empty list.
  public init() {}

  /// The number of values.
  public var count: Int { arena.offsets.count }

  /// The bytes held, which is about what sending them takes.
  public var byteCount: Int { arena.bytes.count }

  /// Takes all values away, by default keeping the memory.
  public func removeAll(keepingCapacity keepsCapacity: Bool = true) {
    arena.removeAll(keepingCapacity: keepsCapacity)
  }

  /// Appends a text value, nil for NULL. Without a type the server infers it from the statement.
  ///
  /// A text with a NUL byte cannot be sent; the statement that it was meant for fails with an error of kind
  /// ``PostgresError/Kind/usage``.
  public func append(text: String?, type: OID = .invalid) {
    guard var text else { return appendNull(type: type) }
    text.withUTF8 { arena.appendText(UnsafeRawBufferPointer($0), type: type.rawValue) }
  }

  /// Appends a value in text format from its bytes.
  public func append(text bytes: UnsafeRawBufferPointer, type: OID = .invalid) {
    arena.appendText(bytes, type: type.rawValue)
  }

  /// Appends a value in its type's binary format.
  public func append(binary bytes: UnsafeRawBufferPointer, type: OID = .invalid) {
    arena.appendBinary(bytes, type: type.rawValue)
  }

  /// Appends NULL.
  public func appendNull(type: OID = .invalid) {
    arena.appendNull(type: type.rawValue)
  }

  /// Why these values cannot be sent, if they cannot.
  var defect: String? { arena.defect }

  /// Calls `body` with what libpq takes, valid during the call.
  func withCArrays<Result>(_ body: (ParameterArena.CArrays) -> Result) -> Result {
    arena.withCArrays(body)
  }
}
