import LibPQ
import LogicalReplication

/// Writes tuples in the text format of COPY: columns apart by tabs, rows by newlines, NULL as `\N`.
///
/// Source: PostgreSQL documentation, COPY, «Text Format».
struct CopyTextEncoder {
  private var bytes: [UInt8] = []

  /// The size of the rows so far.
  var byteCount: Int { bytes.count }

  /// Hands the rows so far over and starts anew, in the same memory.
  mutating func drain(_ body: (UnsafeRawBufferPointer) throws(PostgresError) -> Void) throws(PostgresError) {
    guard !bytes.isEmpty else { return }
    var failure: PostgresError?
    bytes.withUnsafeBytes { bytes in
      do throws(PostgresError) { try body(bytes) } catch { failure = error }
    }
    bytes.removeAll(keepingCapacity: true)
    if let failure { throw failure }
  }

  /// Appends one row: the columns that the plan writes, in tuple order, then those that become NULL.
  mutating func append(_ tuple: TupleBytes, plan: ApplyPlan) {
    var columns = tuple.columns
    var ordinal = 0
    var isFirst = true
    while let column = columns.next() {
      defer { ordinal += 1 }
      guard plan.placeOfOrdinal[ordinal] >= 0 else { continue }
      if !isFirst { bytes.append(UInt8(ascii: "\t")) }
      isFirst = false
      if column.kind == TupleColumn.null {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: "N"))
      } else {
        append(value: column.value)
      }
    }
    for _ in plan.nulledColumns {
      if !isFirst { bytes.append(UInt8(ascii: "\t")) }
      isFirst = false
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(ascii: "N"))
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(value: UnsafeRawBufferPointer) {
    var start = 0
    for position in 0..<value.count {
      let escape: UInt8
      switch value[position] {
      case UInt8(ascii: "\\"): escape = UInt8(ascii: "\\")
      case UInt8(ascii: "\n"): escape = UInt8(ascii: "n")
      case UInt8(ascii: "\r"): escape = UInt8(ascii: "r")
      case UInt8(ascii: "\t"): escape = UInt8(ascii: "t")
      default: continue
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: value[start..<position]))
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(escape)
      start = position + 1
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: value[start...]))
  }
}
