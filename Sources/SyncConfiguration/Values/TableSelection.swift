/// Which tables a pipeline replicates, as patterns of `schema.table` with `*`.
public struct TableSelection: Hashable, Sendable {
  /// Tables that match one of these are replicated; nil: nothing was said, so all user tables, or what is stored.
  public var include: [String]?
  /// Unless they match one of these; nil: nothing was said.
  public var exclude: [String]?

  /// Makes a selection from its patterns.
  public init(include: [String]? = nil, exclude: [String]? = nil) {
    self.include = include
    self.exclude = exclude
  }
}
