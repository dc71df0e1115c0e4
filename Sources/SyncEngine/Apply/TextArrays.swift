import LibPQ
import LogicalReplication
import PostgresTypes

/// Builds one `text[]` a column, in binary format, from tuples and keys.
///
/// The format (`array_recv`, utils/adt/arrayfuncs.c): dimensions, has-NULL flag, element type, then the size and the
/// lower bound of the one dimension, then for each element its length (−1: NULL) and bytes. All Int32, network order.
/// A value stands in a tuple with just this length before it, so it is copied as it is.
struct TextArrays {
  private static let headerBytes = 20
  private var arrays: [[UInt8]]
  private var hasNull: [Bool]
  private var count = 0

  /// Makes empty arrays.
  init(columns: Int) {
    arrays = Array(repeating: Array(repeating: 0, count: Self.headerBytes), count: columns)
    hasNull = Array(repeating: false, count: columns)
  }

  /// The number of elements in each array.
  var isEmpty: Bool { count == 0 }

  /// Notes that every array has got one element more.
  mutating func endRow() { count += 1 }

  /// Appends one element to one array.
  mutating func append(_ column: TupleColumn, to array: Int) {
    if column.kind == TupleColumn.null {
      appendNull(to: array)
    } else {
      arrays[array].append(contentsOf: column.lengthAndValue)
    }
  }

  /// Appends NULL to one array.
  mutating func appendNull(to array: Int) {
    hasNull[array] = true
    for _ in 0..<4 { arrays[array].append(0xFF) }
  }

  /// Appends the columns of a key, given as lengths and values one after the other, to the arrays from `first` on.
  mutating func append(key: UnsafeRawBufferPointer, from first: Int) {
    var array = first
    var position = 0
    while position < key.count {
      let length = Int(UInt32(bigEndian: key.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      arrays[array].append(contentsOf: UnsafeRawBufferPointer(rebasing: key[position..<position + 4 + length]))
      position += 4 + length
      array += 1
    }
  }

  /// Makes the arrays the values of a statement.
  mutating func bind(to parameters: BoundParameters) {
    parameters.removeAll()
    for array in arrays.indices {
      let header: [Int32] = [1, hasNull[array] ? 1 : 0, 25, Int32(count), 1]
      arrays[array].withUnsafeMutableBytes { bytes in
        for (index, value) in header.enumerated() {
          bytes.storeBytes(of: value.bigEndian, toByteOffset: index * 4, as: Int32.self)
        }
      }
      arrays[array].withUnsafeBytes { parameters.append(binary: $0) }
    }
  }
}
