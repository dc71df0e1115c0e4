import PostgresTypes

/// The values of a statement's parameters, one after the other in one arena that is used again and again.
public final class BoundParameters {
  private var arena: [UInt8] = []
  /// Where each value begins in the arena; -1 for NULL.
  private var offsets: [Int] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var types: [UInt32] = []
  /// Pointers made for the call at hand; kept for their capacity.
  private var pointers: [UnsafePointer<CChar>?] = []
  /// Why these values cannot be sent, if they cannot.
  private(set) var defect: String?

  /// Makes an empty list.
  public init() {}

  /// The number of values.
  public var count: Int { offsets.count }

  /// The bytes held, which is about what sending them takes.
  public var byteCount: Int { arena.count }

  /// Takes all values away, by default keeping the memory.
  public func removeAll(keepingCapacity keepsCapacity: Bool = true) {
    arena.removeAll(keepingCapacity: keepsCapacity)
    offsets.removeAll(keepingCapacity: keepsCapacity)
    lengths.removeAll(keepingCapacity: keepsCapacity)
    formats.removeAll(keepingCapacity: keepsCapacity)
    types.removeAll(keepingCapacity: keepsCapacity)
    defect = nil
  }

  /// Appends a text value, nil for NULL. Without a type the server infers it from the statement.
  ///
  /// A text with a NUL byte cannot be sent; the statement that it was meant for fails with an error of kind
  /// ``PostgresError/Kind/usage``.
  public func append(text: String?, type: OID = .invalid) {
    guard var text else { return appendNull(type: type) }
    text.withUTF8 { append(text: UnsafeRawBufferPointer($0), type: type) }
  }

  /// Appends a value in text format from its bytes.
  public func append(text bytes: UnsafeRawBufferPointer, type: OID = .invalid) {
    if bytes.contains(0) { defect = defect ?? "a NUL byte in the text of parameter \(count + 1)" }
    append(bytes, format: 0, type: type)
    // In text format libpq takes the length from the terminator.
    arena.append(0)
  }

  /// Appends a value in its type's binary format.
  public func append(binary bytes: UnsafeRawBufferPointer, type: OID = .invalid) {
    append(bytes, format: 1, type: type)
  }

  /// Appends NULL.
  public func appendNull(type: OID = .invalid) {
    offsets.append(-1)
    lengths.append(0)
    formats.append(0)
    types.append(type.rawValue)
  }

  private func append(_ bytes: UnsafeRawBufferPointer, format: Int32, type: OID) {
    if bytes.count > Self.valueBytesMax { defect = defect ?? "parameter \(count + 1) is larger than 1 GB" }
    offsets.append(arena.count)
    lengths.append(Int32(truncatingIfNeeded: bytes.count))
    formats.append(format)
    types.append(type.rawValue)
    arena.append(contentsOf: bytes)
  }

  /// No value of PostgreSQL's is larger (`MaxAllocSize`, utils/memutils.h).
  private static let valueBytesMax = 0x3fff_ffff
}

extension BoundParameters {
  /// What libpq's calls take.
  struct CArrays {
    let count: Int32
    let types: UnsafePointer<UInt32>?
    let values: UnsafePointer<UnsafePointer<CChar>?>?
    let lengths: UnsafePointer<Int32>?
    let formats: UnsafePointer<Int32>?
  }

  /// Calls `body` with arrays that are valid during the call.
  func withCArrays<Result>(_ body: (CArrays) -> Result) -> Result {
    arena.withUnsafeBufferPointer { arena in
      let base = UnsafeRawPointer(arena.baseAddress)?.assumingMemoryBound(to: CChar.self)
      pointers.removeAll(keepingCapacity: true)
      for offset in offsets { pointers.append(offset < 0 ? nil : base.map { $0 + offset } ?? Self.empty) }
      return pointers.withUnsafeBufferPointer { pointers in
        types.withUnsafeBufferPointer { types in
          lengths.withUnsafeBufferPointer { lengths in
            formats.withUnsafeBufferPointer { formats in
              body(
                CArrays(
                  count: Int32(pointers.count), types: types.baseAddress, values: pointers.baseAddress,
                  lengths: lengths.baseAddress, formats: formats.baseAddress))
            }
          }
        }
      }
    }
  }

  /// An empty binary value in an empty arena still needs a place: a null pointer would mean NULL.
  // Sound: allocated once, never written to again and never freed.
  nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return UnsafePointer(byte)
  }()
}
