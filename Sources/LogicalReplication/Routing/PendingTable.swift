/// The changes of one table that wait to be written, all under one plan.
///
/// They are kept as stretches: what comes to the same whatever the order inside is netted, the rest stays in order.
public final class PendingTable {
  /// A change that is applied as it came.
  public struct OrderedChange {
    /// What the source did.
    public enum Kind: Sendable {
      /// A new row.
      case insert
      /// A changed row.
      case update
      /// A row gone.
      case delete
    }

    /// What the source did.
    public var kind: Kind
    /// The new row; nil for a deletion.
    public var new: TupleBytes?
    /// The old row or its key, if it was sent.
    public var old: TupleBytes?
  }

  /// Changes that are written together.
  public enum Stretch {
    /// One entry a key.
    case net(NetChanges)
    /// One by one.
    case ordered([OrderedChange])
  }

  /// How they are written.
  public let plan: ApplyPlan
  /// What is to be written, in this order.
  public private(set) var stretches: [Stretch] = []
  /// The number of changes of the source in here.
  public private(set) var changeCount = 0
  private let scratch: ScratchArena
  private let keepsOrder: Bool
  private var net: NetChanges?

  /// Makes an empty list.
  ///
  /// - Parameters:
  ///   - plan: how the changes are written.
  ///   - keepsOrder: true if every change has to be applied on its own.
  ///   - scratch: where tuples are put together.
  public init(plan: ApplyPlan, keepsOrder: Bool, scratch: ScratchArena) {
    self.plan = plan
    self.keepsOrder = keepsOrder || !plan.nets
    self.scratch = scratch
  }

  /// About how much memory the list holds, apart from the segments.
  public var bytes: Int { (net?.bytes ?? 0) + changeCount * 40 }

  /// Adds an INSERT.
  public func insert(_ new: TupleBytes) {
    changeCount += 1
    if !keepsOrder, openNet().insert(new) { return }
    append(OrderedChange(kind: .insert, new: new, old: nil))
  }

  /// Adds an UPDATE.
  ///
  /// - Parameters:
  ///   - old: the old row or its key, if it was sent.
  ///   - new: the new row.
  public func update(old: TupleBytes?, new: TupleBytes) {
    changeCount += 1
    var new = new
    // Under REPLICA IDENTITY FULL the old row holds what the new one leaves out. A mere key holds NULLs there, which
    // are not values; its key columns, though, are: an unchanged TOASTed key is filled from it.
    if let old { new = TupleMerge.filling(new, from: old, into: scratch, onlyValues: true) }
    if !keepsOrder, old.map({ hasSameKey($0, new) }) ?? true, openNet().update(new) { return }
    append(OrderedChange(kind: .update, new: new, old: old))
  }

  /// Adds a DELETE; `old` is the old row or its key.
  public func delete(old: TupleBytes) {
    changeCount += 1
    if !keepsOrder, openNet().delete(key: old) { return }
    append(OrderedChange(kind: .delete, new: nil, old: old))
  }

  private func openNet() -> NetChanges {
    if let net { return net }
    let opened = NetChanges(keyColumns: plan.keyOrdinals, scratch: scratch)
    net = opened
    stretches.append(.net(opened))
    return opened
  }

  private func append(_ change: OrderedChange) {
    net = nil
    if case .ordered(var changes)? = stretches.last {
      // Taken out before it is appended to, so that the array is not copied.
      stretches.removeLast()
      changes.append(change)
      stretches.append(.ordered(changes))
    } else {
      stretches.append(.ordered([change]))
    }
  }

  private func hasSameKey(_ left: TupleBytes, _ right: TupleBytes) -> Bool {
    var leftColumns = left.columns
    var rightColumns = right.columns
    var ordinal = 0
    while let old = leftColumns.next(), let new = rightColumns.next() {
      defer { ordinal += 1 }
      guard plan.keyOrdinals[ordinal] else { continue }
      guard old.kind == new.kind, old.value.elementsEqual(new.value) else { return false }
    }
    return true
  }
}
