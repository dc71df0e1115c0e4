/// What has become of a column of the source on the target.
struct SourceColumnMatch: Hashable {
  enum Fate: Hashable {
    /// It is there; under another name only if the source has renamed it since the shape that is judged.
    case mapped(ColumnSchema)
    /// It is there under the name that it had before.
    case renamed(ColumnSchema)
    /// A column of its name is there, but with the values of the column that the source has dropped.
    case replaced(ColumnSchema)
    /// It is not there.
    case missing
    /// It is not there, and the source has dropped it since.
    case goesAway
  }

  /// The column.
  var column: ColumnSchema
  /// Its position in a tuple; nil if the stream does not carry it.
  var ordinal: Int?
  /// What has become of it.
  var fate: Fate

  /// The target's column that belongs to it, under whatever name.
  var target: ColumnSchema? {
    switch fate {
    case .mapped(let column), .renamed(let column), .replaced(let column): column
    case .missing, .goesAway: nil
    }
  }
}
