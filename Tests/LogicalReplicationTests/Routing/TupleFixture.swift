@testable import LogicalReplication

/// One value of a tuple as a test writes it.
enum FixtureValue: Hashable {
  case null
  case unchanged
  case text(String)
}

/// Keeps tuples in memory as the wire has them.
final class TupleFixture {
  private let arena = ScratchArena()

  /// Lays a tuple down.
  func tuple(_ values: [FixtureValue]) -> TupleBytes {
    var bytes: [UInt8] = [UInt8(values.count >> 8), UInt8(values.count & 0xFF)]
    for value in values {
      switch value {
      case .null: bytes.append(UInt8(ascii: "n"))
      case .unchanged: bytes.append(UInt8(ascii: "u"))
      case .text(let text):
        bytes.append(UInt8(ascii: "t"))
        let count = UInt32(text.utf8.count)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift))) }
        bytes.append(contentsOf: text.utf8)
      }
    }
    let start = arena.reserve(bytes.count)
    bytes.withUnsafeBytes { start.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    return TupleBytes(start: UnsafeRawPointer(start))
  }

  /// Reads a tuple back.
  static func values(_ tuple: TupleBytes) -> [FixtureValue] {
    var columns = tuple.columns
    var values: [FixtureValue] = []
    while let column = columns.next() {
      switch column.kind {
      case TupleColumn.null: values.append(.null)
      case TupleColumn.unchanged: values.append(.unchanged)
      default: values.append(.text(String(decoding: column.value, as: UTF8.self)))
      }
    }
    return values
  }
}
