import PostgresTypes

/// Everything that a verdict depends on. The verdict is a function of these values and of nothing else.
///
/// Example: the stream brings a RELATION that differs from the stored shape. `source` is made of that RELATION,
/// `baseline` is what was accepted last, `current` is what the source's catalog says now, `target` was just read.
public struct Judgement: Hashable, Sendable {
  /// The source's table in the shape that is about to be applied.
  public var source: TableSchema
  /// The target's table, looked up under ``effectiveName``; nil if there is none.
  public var target: TableSchema?
  /// The source's table as it was last judged and accepted; nil at the first setup.
  public var baseline: TableSchema?
  /// The source's table as its catalog has it now, if that is ahead of `source`; nil if `source` is the latest.
  public var current: TableSchema?
  /// What the operator allows.
  public var policy: DriftPolicy
  /// True if the table came into the publication after the setup.
  public var isNewTable: Bool
  /// The target's table as it was when `baseline` was accepted, if that was kept. Its attribute numbers are the only
  /// sure sign that a swap of names, or a column that was replaced, has been repeated on the target; without it such a
  /// table stays stopped, because the names alone look the same before and after.
  public var acceptedTarget: TableSchema?
  /// The target's table under the *baseline's* name, if the source's name has changed since; nil if there is none.
  public var formerTarget: TableSchema?
  /// True if the operator lets the affected columns be read again from the source (`resume --backfill`): a column that
  /// was replaced then does not stop the table.
  public var isBackfillRequested: Bool
  /// Columns of which a value has turned out not to survive: exact values alone are not enough for them any more.
  public var inexactColumns: Set<String> = []
  /// The user-defined types that the target has, if they were read: with them the fix creates exactly the missing ones.
  public var targetTypes: [QualifiedName]?
  /// The target's version as a number, `150018`, where it is known: the fix then keeps to what that version has.
  public var targetVersion: Int32?

  /// Puts a judgement together.
  public init(
    source: TableSchema, target: TableSchema?, baseline: TableSchema? = nil, current: TableSchema? = nil,
    policy: DriftPolicy = .strict, isNewTable: Bool = false, acceptedTarget: TableSchema? = nil,
    formerTarget: TableSchema? = nil, isBackfillRequested: Bool = false, targetTypes: [QualifiedName]? = nil,
    targetVersion: Int32? = nil
  ) {
    self.source = source
    self.target = target
    self.baseline = baseline
    self.current = current
    self.policy = policy
    self.isNewTable = isNewTable
    self.acceptedTarget = acceptedTarget
    self.formerTarget = formerTarget
    self.isBackfillRequested = isBackfillRequested
    self.targetTypes = targetTypes
    self.targetVersion = targetVersion
  }

  /// The name under which the target's table is to be looked up: the one that the source's table has now.
  public var effectiveName: QualifiedName { (current ?? source).name }
}
