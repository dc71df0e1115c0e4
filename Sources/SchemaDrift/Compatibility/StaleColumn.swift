/// A column whose values in rows that exist already are not known to be the same on both sides, because the stream never
/// carried them. `status` names it until it was read again.
public struct StaleColumn: Hashable, Sendable {
  /// The column's name on the source.
  public var column: String
  /// Why, as a sentence.
  public var reason: String

  /// Joins a column and a reason.
  public init(column: String, reason: String) {
    self.column = column
    self.reason = reason
  }
}

extension StaleColumn {
  /// Why rows that exist already may hold values of a new column that adding it does not reproduce; nil if they do not,
  /// or if there are no such rows yet.
  static func reason(forNew column: ColumnSchema, _ context: FindingContext) -> String? {
    guard context.hasBaseline, column.missingValue == nil, context.isSourceRewritten != false else { return nil }
    let name = DisplayName.quoted(column.name)
    if column.identity != nil || column.isDefaultVolatile {
      return "The source gave \(name) a value of its own in each row that exists already (volatile DEFAULT or "
        + "identity); these values are not in the stream."
    }
    guard context.isSourceRewritten == true, column.defaultExpression != nil || column.isNotNull else { return nil }
    return "The source's table was rewritten: rows that exist already may hold values of \(name) that are not in the "
      + "stream."
  }

  /// The same for a column that the target has by now: it must also give old rows the value that the source gives them.
  static func reason(
    forNew column: ColumnSchema, on target: ColumnSchema, _ context: FindingContext
  ) -> String? {
    if let reason = reason(forNew: column, context) { return reason }
    guard context.hasBaseline, column.attributeNumber != 0, target.generated == nil else { return nil }
    switch (column.missingValue, target.missingValue) {
    case (nil, nil): return nil
    case (let source?, let target?) where source.isSameName(as: target): return nil
    default:
      return "Rows that exist already read another value of \(DisplayName.quoted(column.name)) on the target than on "
        + "the source (DEFAULT at the time of ADD COLUMN)."
    }
  }

  /// Why a column whose type has changed may hold other values on the source; nil if it does not.
  static func reason(
    forChanged column: ColumnSchema, since former: ColumnSchema, _ context: FindingContext
  ) -> String? {
    guard context.isSourceRewritten == true else { return nil }
    if TypeConversion.between(former.type, column.type) == .identical {
      return isTouched(column, since: former)
        ? "The source's table was rewritten, and \(DisplayName.quoted(column.name)) with it: rows that exist already may "
          + "hold other values there (ALTER TYPE … USING)." : nil
    }
    return "The source's table was rewritten when \(DisplayName.quoted(column.name)) changed its type: rows that exist "
      + "already may hold other values there (ALTER TYPE … USING)."
  }

  /// True if the catalog's row of the column was written anew, and nothing that can be seen of the column tells why.
  private static func isTouched(_ column: ColumnSchema, since former: ColumnSchema) -> Bool {
    // A column that was accepted by the wire alone: the rewrite may be the one that changed its type then.
    if former.attributeNumber == 0 { return true }
    guard let before = former.catalogVersion, let now = column.catalogVersion, before != now else { return false }
    return column.defaultExpression == former.defaultExpression && column.isNotNull == former.isNotNull
      && column.identity == former.identity && column.name.isSameName(as: former.name)
      && column.collation == former.collation && column.missingValue == former.missingValue
  }
}
