/// What an UPDATE or DELETE says of the row as it was.
public struct OldTuple: Hashable, Sendable {
  /// How much of the row is there.
  public enum Extent: UInt8, Sendable {
    /// `K`: the columns of the replica identity. All other columns are there too, as ``ColumnKind/null``: those are
    /// not values.
    case key = 0x4B
    /// `O`: the whole row (REPLICA IDENTITY FULL).
    case full = 0x4F
  }

  /// How much of the row is there.
  public var extent: Extent
  /// The row, with as many columns as the relation has.
  public var tuple: TupleData

  /// Makes an old tuple.
  @inlinable public init(extent: Extent, tuple: TupleData) {
    self.extent = extent
    self.tuple = tuple
  }
}
