/// Finds the entry of a key: a hash table from key bytes to entry numbers.
///
/// A key is its columns' lengths and values one after the other, as they stand in the tuple. All keys lie in one
/// growing arena, so looking up and adding allocate nothing but the arena's and the table's own growth.
struct KeyTable {
  private var slots: [Int32]
  private var keys: [KeyPosition] = []
  private var arena: [UInt8] = []
  private var mask: Int

  private struct KeyPosition {
    var offset: Int
    var count: Int
    var hash: UInt64
  }

  init() {
    slots = [Int32](repeating: -1, count: 64)
    mask = 63
  }

  /// The number of keys.
  var count: Int { keys.count }

  /// Bytes held.
  var bytes: Int { arena.count + keys.count * 24 + slots.count * 4 }

  /// The number of this key: of the entry that has it already, or the next free one.
  ///
  /// - Parameters:
  ///   - tuple: the tuple that holds the key.
  ///   - columns: for each column of the tuple, whether it belongs to the key.
  /// - Returns: the entry's number and whether it is new; nil if a key column is NULL or was not sent.
  mutating func entry(of tuple: TupleBytes, keyColumns columns: [Bool]) -> (index: Int, isNew: Bool)? {
    let offset = arena.count
    guard appendKey(of: tuple, keyColumns: columns) else {
      arena.removeLast(arena.count - offset)
      return nil
    }
    let count = arena.count - offset
    let hash = arena.withUnsafeBytes { Self.hash(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let candidate = keys[Int(slots[slot])]
      if candidate.hash == hash, candidate.count == count, isEqual(candidate.offset, offset, count) {
        arena.removeLast(count)
        return (Int(slots[slot]), false)
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(keys.count)
    keys.append(KeyPosition(offset: offset, count: count, hash: hash))
    if keys.count * 2 > slots.count { growSlots() }
    return (keys.count - 1, true)
  }

  /// The bytes of a key, valid inside the closure: for each key column its length (4 bytes, big-endian) and value.
  func withKey<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let key = keys[index]
    return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[key.offset..<key.offset + key.count])) }
  }

  /// Entry numbers in the order of their keys: numerically if every key is one integer, else bytewise. The target finds
  /// neighbours on the same pages, which is what makes sorted batches faster.
  func sorted(_ indices: [Int]) -> [Int] {
    arena.withUnsafeBytes { arena in
      var numbers: [(number: Int64, index: Int)] = []
      numbers.reserveCapacity(indices.count)
      for index in indices {
        guard let number = Self.integer(arena, keys[index].offset, keys[index].count) else {
          return indices.sorted { isLess(keys[$0], keys[$1], arena) }
        }
        numbers.append((number, index))
      }
      numbers.sort { $0.number < $1.number }
      return numbers.map(\.index)
    }
  }

  private mutating func appendKey(of tuple: TupleBytes, keyColumns: [Bool]) -> Bool {
    var columns = tuple.columns
    var number = 0
    while let column = columns.next() {
      defer { number += 1 }
      guard keyColumns[number] else { continue }
      if column.kind == TupleColumn.null || column.kind == TupleColumn.unchanged { return false }
      arena.append(contentsOf: column.lengthAndValue)
    }
    return true
  }

  private func isEqual(_ left: Int, _ right: Int, _ count: Int) -> Bool {
    arena.withUnsafeBytes { arena in
      for position in 0..<count where arena[left + position] != arena[right + position] { return false }
      return true
    }
  }

  private func isLess(_ left: KeyPosition, _ right: KeyPosition, _ arena: UnsafeRawBufferPointer) -> Bool {
    arena[left.offset..<left.offset + left.count]
      .lexicographicallyPrecedes(arena[right.offset..<right.offset + right.count])
  }

  private mutating func growSlots() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    mask = slots.count - 1
    for (number, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: key.hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  /// A key that is one column of decimal digits (at most 18, so that it fits), as a number.
  private static func integer(_ arena: UnsafeRawBufferPointer, _ offset: Int, _ count: Int) -> Int64? {
    guard count > 4, count <= 4 + 19 else { return nil }
    let length = Int(UInt32(bigEndian: arena.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    guard length == count - 4 else { return nil }
    var position = offset + 4
    let end = offset + count
    let isNegative = arena[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    guard position < end, end - position <= 18 else { return nil }
    var value: Int64 = 0
    while position < end {
      let digit = arena[position] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
      position += 1
    }
    return isNegative ? -value : value
  }

  /// A multiply-and-fold hash, eight bytes at a time. Keys come from the source's own rows; an adversary who chooses
  /// them to collide slows his own replication and nothing else.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    var position = 0
    while position + 8 <= bytes.count {
      state = fold(state ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var tail: UInt64 = 0
    while position < bytes.count {
      tail = tail << 8 | UInt64(bytes[position])
      position += 1
    }
    return fold(state ^ tail)
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
