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
  /// The target's OID when the table was last accepted, if it was kept: it tells a target that was renamed along
  /// with the source from another table under the same name.
  public var acceptedTargetOID: OID?
  /// The target's table under the *baseline's* name, if the source's name has changed since; nil if there is none.
  public var formerTarget: TableSchema?

  /// Puts a judgement together.
  public init(
    source: TableSchema, target: TableSchema?, baseline: TableSchema? = nil, current: TableSchema? = nil,
    policy: DriftPolicy = .strict, isNewTable: Bool = false, acceptedTargetOID: OID? = nil,
    formerTarget: TableSchema? = nil
  ) {
    self.source = source
    self.target = target
    self.baseline = baseline
    self.current = current
    self.policy = policy
    self.isNewTable = isNewTable
    self.acceptedTargetOID = acceptedTargetOID
    self.formerTarget = formerTarget
  }

  /// The name under which the target's table is to be looked up: the one that the source's table has now.
  public var effectiveName: QualifiedName { (current ?? source).name }
}
