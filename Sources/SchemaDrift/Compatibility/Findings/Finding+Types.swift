import PostgresTypes

extension Finding {
  /// The types differ and every value survives.
  static func safeCast(
    _ column: ColumnSchema, target: ColumnSchema, conversion: TypeConversion, isAllowed: Bool,
    _ context: FindingContext
  ) -> Finding {
    var lines = typeLines(column, target)
    if case .conditional(let condition) = conversion { lines.append(condition.why) }
    lines.append(isAllowed ? "Safe widening cast - continuing" : "Safe widening cast, but safe_casts_allowed is false")
    let change = ColumnTypeChange(
      of: target, to: column, table: context.targetTable, types: context.types, timezone: context.policy.timezone)
    return Finding(
      reason: .safeCast, severity: isAllowed ? .info : .blocked, column: column.name,
      headline: isAllowed ? typeHeadline(.info, column, context) : typeMismatch(.blocked, column, context),
      lines: lines, summary: typeSummary(column, target),
      error: "Type difference on \(DisplayName.quoted(column.name)): \(typePair(column, target))",
      impact: "Every value survives the cast.",
      resolution: isAllowed ? "Nothing to do" : "Change the target column's type or set safe_casts_allowed: true",
      fix: isAllowed ? [] : change.statements
    ).withHazards(of: target, rewrites: change.mayRewrite, context)
  }

  /// The types differ and some value would be changed or refused.
  static func unsafeCast(
    _ column: ColumnSchema, target: ColumnSchema, conversion: TypeConversion, _ context: FindingContext
  ) -> Finding {
    let effect = effect(of: conversion)
    let change = ColumnTypeChange(
      of: target, to: column, table: context.targetTable, types: context.types, timezone: context.policy.timezone)
    let cast =
      context.flag("allow-type-cast", column: column.name) + ":" + DisplayName.shellWord(target.type.shortSQL)
    return Finding(
      reason: .unsafeCast, severity: .blocked, column: column.name,
      headline: typeMismatch(.blocked, column, context), lines: typeLines(column, target) + [effect],
      summary: typeSummary(column, target),
      error: "Type mismatch on \(DisplayName.quoted(column.name)): \(typePair(column, target)). \(effect)",
      impact: "Going on could change values on their way to the target, or stop at the first that does not fit.",
      resolution: "Change the target column's type or use --allow-type-cast",
      fix: change.statements,
      alternatives: (context.isSourceRewritten == true ? context.backfillActions : []) + [
        Action("Or allow the cast (values that do not fit are changed)", commands: [context.resume(cast)])
      ],
      backfillReason: context.isSourceRewritten == true
        ? "The source's table was rewritten: rows that exist already may hold other values of "
          + "\(DisplayName.quoted(column.name)) (ALTER TYPE … USING)." : nil
    ).withHazards(of: target, rewrites: change.mayRewrite, context)
  }

  /// A lossy cast that the operator allows.
  static func allowedCast(
    _ column: ColumnSchema, target: ColumnSchema, conversion: TypeConversion, by permission: String,
    _ context: FindingContext
  ) -> Finding {
    Finding(
      reason: .unsafeCast, severity: .warning, column: column.name,
      headline: typeHeadline(.warning, column, context),
      lines: typeLines(column, target) + [effect(of: conversion), "Allowed by \(permission) - continuing"],
      summary: typeSummary(column, target),
      error: "Type difference on \(DisplayName.quoted(column.name)): \(typePair(column, target))",
      impact: "Values that do not fit are changed or stop the table.",
      resolution: "Change the target column's type when that is possible")
  }

  /// An enum of the source has labels that the target's lacks.
  static func sourceEnumLabel(
    _ column: ColumnSchema, gap: EnumLabelChange.Gap, formerLabels: [String]?, _ context: FindingContext
  ) -> Finding {
    let labels = gap.labels.map(DisplayName.quoted).joined(separator: ", ")
    let noun = gap.labels.count == 1 ? "label" : "labels"
    let pronoun = gap.labels.count == 1 ? "this label" : "these labels"
    let type = DisplayName.visible(gap.source.name.sql)
    return Finding(
      reason: .sourceEnumLabel, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: ["Source enum \(type) has new \(noun): \(labels)", "Target does not have \(pronoun)"],
      summary: "source enum \(type) has \(labels), target doesn't",
      error: "Source enum \(type) has \(noun) \(labels) not in target",
      impact: "The first row with such a value would be refused.", resolution: "Add the label to the target's type",
      fix: EnumLabelChange.statements(for: gap, formerLabels: formerLabels))
  }

  // MARK: Texts

  private static func typeMismatch(
    _ severity: FindingSeverity, _ column: ColumnSchema, _ context: FindingContext
  ) -> String {
    "\(severity.mark) Type mismatch on \(context.column(column.name))"
  }

  private static func typeHeadline(
    _ severity: FindingSeverity, _ column: ColumnSchema, _ context: FindingContext
  ) -> String {
    "\(severity.mark) Type difference on \(context.column(column.name))"
  }

  private static func typeLines(_ column: ColumnSchema, _ target: ColumnSchema) -> [String] {
    [
      "Source: \(DisplayName.visible(column.type.shortSQL))", "Target: \(DisplayName.visible(target.type.shortSQL))",
    ]
  }

  private static func typePair(_ column: ColumnSchema, _ target: ColumnSchema) -> String {
    "source \(DisplayName.visible(column.type.shortSQL)), target \(DisplayName.visible(target.type.shortSQL))"
  }

  private static func typeSummary(_ column: ColumnSchema, _ target: ColumnSchema) -> String {
    "\(DisplayName.quoted(column.name)) is \(DisplayName.visible(column.type.shortSQL)) in source, "
      + "\(DisplayName.visible(target.type.shortSQL)) in target"
  }

  private static func effect(of conversion: TypeConversion) -> String {
    switch conversion {
    case .lossy(let why, let witness):
      DisplayName.visible("Casting would \(why)" + (witness.map { " (\($0))" } ?? ""))
    case .conditional(.declaredTimeZone(let zone)):
      DisplayName.visible("Times that the time zone \(zone) skips would come back as other ones")
    case .conditional(let condition): condition.why + " Only when asked for."
    case .impossible(let why): DisplayName.visible(why)
    case .identical, .widening: "Every value survives."
    }
  }
}
