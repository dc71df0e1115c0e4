import Glibc

/// The values of a statement's parameters, one after the other in one piece of memory, and what libpq wants to know
/// about each.
///
/// One value type, so that appending to it from within a class costs one check for exclusive access and not one for
/// every array.
struct ParameterArena {
  /// What libpq's calls take; valid as long as the arena is not changed.
  struct CArrays {
    let count: Int32
    let types: UnsafePointer<UInt32>?
    let values: UnsafePointer<UnsafePointer<CChar>?>?
    let lengths: UnsafePointer<Int32>?
    let formats: UnsafePointer<Int32>?
  }

  private(set) var bytes: [UInt8] = []
  /// Where each value begins; -1 for NULL.
  private(set) var offsets: [Int] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var types: [UInt32] = []
  /// Pointers made for the call at hand; kept for their capacity.
  private var pointers: [UnsafePointer<CChar>?] = []
  /// Why these values cannot be sent, if they cannot.
  private(set) var defect: String?

  mutating func removeAll(keepingCapacity keepsCapacity: Bool) {
    bytes.removeAll(keepingCapacity: keepsCapacity)
    offsets.removeAll(keepingCapacity: keepsCapacity)
    lengths.removeAll(keepingCapacity: keepsCapacity)
    formats.removeAll(keepingCapacity: keepsCapacity)
    types.removeAll(keepingCapacity: keepsCapacity)
    defect = nil
  }

  mutating func appendText(_ value: UnsafeRawBufferPointer, type: UInt32) {
    if let base = value.baseAddress, memchr(base, 0, value.count) != nil, defect == nil {
      defect = "a NUL byte in the text of parameter \(offsets.count + 1)"
    }
    append(value, format: 0, type: type)
    // In text format libpq takes the length from the terminator.
    bytes.append(0)
  }

  mutating func appendBinary(_ value: UnsafeRawBufferPointer, type: UInt32) {
    append(value, format: 1, type: type)
  }

  mutating func appendNull(type: UInt32) {
    offsets.append(-1)
    lengths.append(0)
    formats.append(0)
    types.append(type)
  }

  private mutating func append(_ value: UnsafeRawBufferPointer, format: Int32, type: UInt32) {
    if value.count > Self.valueBytesMax, defect == nil { defect = "parameter \(offsets.count + 1) is larger than 1 GB" }
    offsets.append(bytes.count)
    lengths.append(Int32(truncatingIfNeeded: value.count))
    formats.append(format)
    types.append(type)
    bytes.append(contentsOf: value)
  }

  /// No value of PostgreSQL's is larger (`MaxAllocSize`, utils/memutils.h).
  private static let valueBytesMax = 0x3fff_ffff

  /// Calls `body` with arrays that are valid during the call.
  mutating func withCArrays<Result>(_ body: (CArrays) -> Result) -> Result {
    // An empty binary value in an empty arena still needs a place: a null pointer would mean NULL.
    if bytes.isEmpty, !offsets.isEmpty { bytes.append(0) }
    return bytes.withUnsafeBufferPointer { bytes in
      let base = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
      pointers.removeAll(keepingCapacity: true)
      for offset in offsets { pointers.append(offset < 0 ? nil : base.map { $0 + offset }) }
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
}
