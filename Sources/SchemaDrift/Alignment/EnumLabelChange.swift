import PostgresTypes

/// Gives an enum of the target the labels that only the source's has, each at its place.
struct EnumLabelChange {
  /// An enum of the target and what it lacks.
  struct Gap: Hashable {
    /// The type on the source.
    var source: TypeReference
    /// The type on the target.
    var target: TypeReference
    /// The labels of the source that the target lacks, in the source's order.
    var labels: [String]
  }

  /// The enums inside two types whose labels the target lacks, wherever they are nested.
  static func gaps(from source: TypeReference, to target: TypeReference) -> [Gap] {
    switch (source.withoutDomains.definition, target.withoutDomains.definition) {
    case (.enumeration(let labels), .enumeration(let others)):
      let known = Set(others.map(NameKey.init))
      let missing = labels.filter { !known.contains(NameKey($0)) }
      return missing.isEmpty
        ? [] : [Gap(source: source.withoutDomains, target: target.withoutDomains, labels: missing)]
    case (.array(let element), .array(let other)): return gaps(from: element, to: other)
    case (.composite(let attributes), .composite(let others)) where attributes.count == others.count:
      return zip(attributes, others).flatMap { gaps(from: $0.type, to: $1.type) }
    default: return []
    }
  }

  /// The statements that fill a gap.
  ///
  /// - Parameter formerLabels: the source's labels as they were last accepted; with them a renamed label is told from
  ///   a new one.
  static func statements(for gap: Gap, formerLabels: [String]?) -> [String] {
    guard case .enumeration(let wanted) = gap.source.definition, case .enumeration(let present) = gap.target.definition
    else { return [] }
    var labels = present
    var statements: [String] = []
    for (old, new) in renames(wanted, formerLabels ?? [], present) {
      statements.append("ALTER TYPE \(gap.target.name.sql) RENAME VALUE \(literal(old)) TO \(literal(new));")
      labels = labels.map { $0.isSameName(as: old) ? new : $0 }
    }
    for (position, label) in wanted.enumerated() where !contains(labels, label) {
      let place = place(of: position, in: wanted, labels)
      statements.append("ALTER TYPE \(gap.target.name.sql) ADD VALUE IF NOT EXISTS \(literal(label))\(place);")
      labels.append(label)
    }
    return statements
  }

  /// Labels that kept their place while everything else stayed: they were renamed.
  private static func renames(
    _ wanted: [String], _ former: [String], _ present: [String]
  ) -> [(old: String, new: String)] {
    guard wanted.count == former.count else { return [] }
    return zip(former, wanted).filter { old, new in
      !old.isSameName(as: new) && !contains(wanted, old) && !contains(former, new) && contains(present, old)
        && !contains(present, new)
    }
    .map { (old: $0.0, new: $0.1) }
  }

  private static func place(of position: Int, in wanted: [String], _ labels: [String]) -> String {
    if let before = wanted[..<position].last(where: { contains(labels, $0) }) { return " AFTER \(literal(before))" }
    if let after = wanted[(position + 1)...].first(where: { contains(labels, $0) }) {
      return " BEFORE \(literal(after))"
    }
    return ""
  }

  private static func contains(_ labels: [String], _ label: String) -> Bool {
    labels.contains { $0.isSameName(as: label) }
  }

  private static func literal(_ text: String) -> String { SQLLiteral.afterSpace(text) }
}
