extension ColumnSchema {
  /// True if the column's own domain refuses NULL.
  var isDomainNotNull: Bool {
    if case .domain(_, true, _) = type.definition { true } else { false }
  }

  /// True if NULL can be written to it.
  var isNullable: Bool { !isNotNull && !isDomainNotNull && generated == nil }

  /// True if an INSERT that does not name it succeeds.
  var fillsItself: Bool { isNullable || defaultExpression != nil || generated != nil || identity != nil }
}
