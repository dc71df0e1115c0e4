/// A column that both sides have, and in what it differs.
public struct ColumnComparison: Hashable, Sendable {
  /// The column on the source.
  public var source: ColumnSchema
  /// The column of the same name on the target.
  public var target: ColumnSchema
  /// What happens to values on the way from source to target.
  public var conversion: TypeConversion
  /// In what the columns differ; empty if in nothing.
  public var differences: [ColumnAspect]

  /// Compares two columns of the same name.
  ///
  /// - Parameter timezone: the time zone in which times without a zone are read.
  public init(source: ColumnSchema, target: ColumnSchema, timezone: String = "UTC") {
    self.source = source
    self.target = target
    let conversion = TypeConversion.between(source.type, target.type, timezone: timezone)
    self.conversion = conversion
    differences = ColumnAspect.allCases.filter { aspect in
      switch aspect {
      case .type: conversion != .identical
      case .notNull: source.isNotNull != target.isNotNull
      case .defaultExpression: !Self.isSameText(source.defaultExpression, target.defaultExpression)
      case .generated: source.generated != target.generated
      case .identity: source.identity != target.identity
      case .collation: source.collation != target.collation
      }
    }
  }

  private static func isSameText(_ first: String?, _ second: String?) -> Bool {
    switch (first, second) {
    case (nil, nil): true
    case (let first?, let second?): first.isSameName(as: second)
    default: false
    }
  }
}
