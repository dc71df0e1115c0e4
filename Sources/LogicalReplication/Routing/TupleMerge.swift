/// Puts one tuple together from two changes of the same row.
public enum TupleMerge {
  /// The newer tuple, with the values that it leaves out (unchanged TOAST) taken from the older one.
  ///
  /// Used for two updates of one row, and for an UPDATE under REPLICA IDENTITY FULL, whose old tuple holds the value
  /// that the new one leaves out (`ReorderBufferToastReplace` gives them to the old tuple alone).
  ///
  /// - Parameters:
  ///   - newer: the tuple of the later change.
  ///   - older: the tuple that came before it; of the same relation.
  ///   - scratch: where the result is written if it differs from `newer`.
  ///   - onlyValues: leave a column unchanged where the older tuple has NULL: it may be a key, whose other columns
  ///     are NULL only because they were not sent. (A TOASTed value is never NULL, so nothing is missed.)
  public static func filling(
    _ newer: TupleBytes, from older: TupleBytes, into scratch: ScratchArena, onlyValues: Bool = false
  ) -> TupleBytes {
    guard hasUnchanged(newer) else { return newer }
    let needed = newer.byteCount + older.byteCount
    let start = scratch.reserve(needed)
    var target = start
    target.copyMemory(from: newer.start, byteCount: 2)
    target += 2
    var newColumns = newer.columns
    var oldColumns = older.columns
    while let new = newColumns.next(), let old = oldColumns.next() {
      let isFilled = new.kind == TupleColumn.unchanged && !(onlyValues && old.kind == TupleColumn.null)
      let column = isFilled ? old : new
      target.storeBytes(of: column.kind, as: UInt8.self)
      target += 1
      if column.kind != TupleColumn.null, column.kind != TupleColumn.unchanged {
        let bytes = column.lengthAndValue
        if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
        target += bytes.count
      }
    }
    return TupleBytes(start: UnsafeRawPointer(start))
  }

  /// True if a column of the tuple was not sent.
  public static func hasUnchanged(_ tuple: TupleBytes) -> Bool {
    var columns = tuple.columns
    while let column = columns.next() {
      if column.kind == TupleColumn.unchanged { return true }
    }
    return false
  }
}
