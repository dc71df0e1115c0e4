/// Arrays in PostgreSQL's binary format (`array_recv`, utils/adt/arrayfuncs.c).
enum BinaryArray {
  /// A `text[]` of one dimension.
  static func text(_ elements: [String?]) -> [UInt8] {
    let header: [Int32] = [1, elements.contains(nil) ? 1 : 0, 25, Int32(elements.count), 1]
    var bytes = header.flatMap(bigEndian)
    for element in elements {
      guard let element else {
        bytes += bigEndian(-1)
        continue
      }
      bytes += bigEndian(Int32(element.utf8.count)) + Array(element.utf8)
    }
    return bytes
  }

  private static func bigEndian(_ value: Int32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
