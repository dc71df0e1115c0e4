/// What a stretch of changes comes to for each row: one entry a key, however often the row changed.
///
/// A row that was inserted and then updated is an insert of its last state; updated twice, an update to the last state;
/// inserted and deleted, nothing. Written as all deletes, then all updates, then all inserts, this ends in the same rows
/// as the changes one by one, as long as no key changes in between. What would not end in the same rows is refused
/// (`false`) and kept in order by the caller. Where a second unique index makes the intermediate order matter, the
/// target reports a violation and the stretch is applied in order instead: an error, never other data.
///
/// While a stretch consists of inserts alone their keys are not even looked at.
public final class NetChanges {
  /// What is to be done with a row.
  public enum Kind: UInt8, Sendable {
    /// Nothing: the row came and went inside the stretch.
    case nothing
    /// Insert the new tuple.
    case insert
    /// Set the row of this key to the new tuple, but for its unchanged columns.
    case update
    /// Delete the row of this key.
    case delete
    /// Delete the row of this key, then insert the new tuple.
    case replace
  }

  /// One row's outcome.
  public struct Entry {
    /// What is to be done.
    public var kind: Kind
    /// The row's last state, for every kind but a deletion.
    public var new: TupleBytes?
  }

  /// The outcomes; numbered as their keys once those are indexed.
  public private(set) var entries: [Entry] = []
  private var keys = KeyTable()
  private var isIndexed = false
  private let keyColumns: [Bool]
  private let scratch: ScratchArena

  /// Makes an empty set.
  ///
  /// - Parameters:
  ///   - keyColumns: for each column of the relation, whether it belongs to the key.
  ///   - scratch: where tuples are put together; must live as long as the entries are used.
  init(keyColumns: [Bool], scratch: ScratchArena) {
    self.keyColumns = keyColumns
    self.scratch = scratch
  }

  /// About how much memory the set holds, apart from the segments.
  var bytes: Int { keys.bytes + entries.count * 16 }

  /// Adds an INSERT. False: the key is in use, so the change has to be applied in order behind this set.
  func insert(_ new: TupleBytes) -> Bool {
    guard isIndexed else {
      entries.append(Entry(kind: .insert, new: new))
      return true
    }
    guard let (index, isNew) = keys.entry(of: new, keyColumns: keyColumns) else { return false }
    if isNew {
      entries.append(Entry(kind: .insert, new: new))
      return true
    }
    switch entries[index].kind {
    case .delete: entries[index] = Entry(kind: .replace, new: new)
    case .nothing: entries[index] = Entry(kind: .insert, new: new)
    case .insert, .update, .replace: return false
    }
    return true
  }

  /// Adds an UPDATE that leaves its key alone. False: the row is gone, so the change has to be applied in order.
  func update(_ new: TupleBytes) -> Bool {
    guard index(), let (index, isNew) = keys.entry(of: new, keyColumns: keyColumns) else { return false }
    if isNew {
      entries.append(Entry(kind: .update, new: new))
      return true
    }
    switch entries[index].kind {
    case .insert, .update, .replace:
      guard let earlier = entries[index].new else { return false }
      entries[index].new = TupleMerge.filling(new, from: earlier, into: scratch)
    case .delete, .nothing: return false
    }
    return true
  }

  /// Adds a DELETE. False: the row is gone already, so the change has to be applied in order.
  func delete(key old: TupleBytes) -> Bool {
    guard index(), let (index, isNew) = keys.entry(of: old, keyColumns: keyColumns) else { return false }
    if isNew {
      entries.append(Entry(kind: .delete, new: nil))
      return true
    }
    switch entries[index].kind {
    case .insert: entries[index] = Entry(kind: .nothing, new: nil)
    case .update, .replace: entries[index] = Entry(kind: .delete, new: nil)
    case .delete, .nothing: return false
    }
    return true
  }

  /// The numbers of the entries that `isIncluded` picks; in the order of their keys if those were looked at.
  public func sortedIndices(where isIncluded: (Entry) -> Bool) -> [Int] {
    let indices = entries.indices.filter { isIncluded(entries[$0]) }
    return isIndexed ? keys.sorted(indices) : indices
  }

  /// The key of an update's or a deletion's entry, valid inside the closure: for each key column its length (4 bytes)
  /// and value.
  public func withKey<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    keys.withKey(index, body)
  }

  /// Looks at the keys of the inserts so far. False if two of them have the same key.
  private func index() -> Bool {
    if isIndexed { return true }
    var keys = KeyTable()
    for entry in entries {
      guard let new = entry.new, let (_, isNew) = keys.entry(of: new, keyColumns: keyColumns), isNew else {
        return false
      }
    }
    self.keys = keys
    isIndexed = true
    return true
  }
}
