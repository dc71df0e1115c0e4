import PostgresTypes
import Testing

@testable import SchemaDrift

/// Renames, swaps and replacements, with the shape that is judged, the catalog that may be ahead, and a target that may
/// have been fixed already. Columns are written `name#number`.
@Suite("Matching columns by name and attribute number")
struct ColumnMatchingTests {
  struct Row: Sendable, CustomStringConvertible {
    var description: String
    /// What was accepted last; the target had the same names then.
    var baseline: String
    var source: String
    var current: String?
    var target: String
    /// The target's columns with their numbers when the baseline was accepted; nil if that was not kept.
    var accepted: String?
    /// `a→b` mapped, `a?b` renamed and the target still has `b`, `a!` replaced, `a+` missing, `a-` goes away;
    /// then `|` and the target's columns of their own: `x*`, removed from the source: `x-`, arriving later: `x…`.
    var expected: String

    init(
      _ description: String, baseline: String, source: String, current: String? = nil, target: String,
      accepted: String? = nil, _ expected: String
    ) {
      self.description = description
      self.baseline = baseline
      self.source = source
      self.current = current
      self.target = target
      self.accepted = accepted
      self.expected = expected
    }
  }

  static let rows: [Row] = [
    Row("unchanged", baseline: "a#1 b#2", source: "a#1 b#2", target: "b#1 a#2", "a→a b→b |"),
    Row("added", baseline: "a#1", source: "a#1 b#2", target: "a#1", "a→a b+ |"),
    Row("added on both sides", baseline: "a#1", source: "a#1 b#2", target: "a#1 b#2", "a→a b→b |"),
    Row("removed", baseline: "a#1 b#2", source: "a#1", target: "a#1 b#2", "a→a | b-"),
    Row("removed on both sides", baseline: "a#1 b#2", source: "a#1", target: "a#1", "a→a |"),
    Row("the target's own", baseline: "a#1", source: "a#1", target: "a#1 x#2", "a→a | x*"),
    // Renames.
    Row("renamed", baseline: "a#1", source: "b#1", target: "a#1", "b?a |"),
    Row("renamed on both sides", baseline: "a#1", source: "b#1", target: "b#1", "b→b |"),
    Row("renamed, and the target has both names", baseline: "a#1", source: "b#1", target: "a#1 b#2", "b?a | b*"),
    Row("swapped", baseline: "a#1 b#2", source: "b#1 a#2", target: "a#1 b#2", "b?a a?b |"),
    Row(
      "swapped, nobody knows about the target", baseline: "a#1 b#2", source: "b#1 a#2", target: "b#1 a#2", "b?a a?b |"),
    Row(
      "swapped on both sides", baseline: "a#1 b#2", source: "b#1 a#2", target: "b#1 a#2", accepted: "a#1 b#2",
      "b→b a→a |"),
    Row(
      "swapped, not yet on the target", baseline: "a#1 b#2", source: "b#1 a#2", target: "a#1 b#2",
      accepted: "a#1 b#2", "b?a a?b |"),
    Row("a chain", baseline: "a#1 b#2", source: "b#1 c#2", target: "a#1 b#2", "b?a c?b |"),
    Row("a chain on both sides", baseline: "a#1 b#2", source: "b#1 c#2", target: "b#1 c#2", "b→b c→c |"),
    Row("a chain, half done", baseline: "a#1 b#2", source: "b#1 c#2", target: "a#1 c#2", "b?a c→c |"),
    Row("dropped, and its name taken over", baseline: "a#1 b#2", source: "b#1", target: "a#1 b#2", "b?a | b-"),
    Row("dropped, and its name taken over, on both sides", baseline: "a#1 b#2", source: "b#1", target: "b#1", "b→b |"),
    Row("renamed, and a new one under the old name", baseline: "a#1", source: "b#1 a#2", target: "a#1", "b?a a+ |"),
    Row(
      "renamed, and a new one under the old name, on both sides", baseline: "a#1", source: "b#1 a#2",
      target: "b#1 a#2", "b→b a→a |"),
    Row("renamed, and dropped on the target", baseline: "a#1 c#2", source: "b#1 c#2", target: "c#2", "b+ c→c |"),
    // Replacements.
    Row("replaced", baseline: "a#1 b#2", source: "a#1 b#3", target: "a#1 b#2", "a→a b! |"),
    Row(
      "replaced on both sides", baseline: "a#1 b#2", source: "a#1 b#3", target: "a#1 b#3", accepted: "a#1 b#2",
      "a→a b→b |"),
    Row(
      "replaced, not yet on the target", baseline: "a#1 b#2", source: "a#1 b#3", target: "a#1 b#2",
      accepted: "a#1 b#2", "a→a b! |"),
    Row("replaced, and dropped on the target", baseline: "a#1 b#2", source: "a#1 b#3", target: "a#1", "a→a b+ |"),
    // Numbers that are not known: names decide.
    Row("renamed by the wire alone", baseline: "a#1", source: "b#0", target: "a#1", "b+ | a-"),
    Row("unchanged by the wire alone", baseline: "a#1", source: "a#0", target: "a#1", "a→a |"),
    // The catalog is ahead of the shape.
    Row("dropped since", baseline: "a#1", source: "a#1 b#2", current: "a#1", target: "a#1", "a→a b- |"),
    Row(
      "dropped since, not yet on the target", baseline: "a#1 b#2", source: "a#1 b#2", current: "a#1",
      target: "a#1 b#2", "a→a b→b |"),
    Row("renamed since", baseline: "a#1", source: "a#1", current: "b#1", target: "b#1", "a→b |"),
    Row("renamed since, not yet on the target", baseline: "a#1", source: "a#1", current: "b#1", target: "a#1", "a→a |"),
    Row("renamed twice", baseline: "a#1", source: "b#1", current: "c#1", target: "c#1", "b→c |"),
    Row("renamed twice, not yet on the target", baseline: "a#1", source: "b#1", current: "c#1", target: "a#1", "b?a |"),
    Row("added since", baseline: "a#1", source: "a#1", current: "a#1 b#2", target: "a#1 b#2", "a→a | b…"),
    Row("added, then renamed", baseline: "a#1", source: "a#1 b#2", current: "a#1 c#2", target: "a#1 c#2", "a→a b→c |"),
    Row(
      "dropped since, by the wire alone", baseline: "a#1", source: "a#1 b#0", current: "a#1", target: "a#1", "a→a b- |"),
    Row(
      "swapped since, nobody knows about the target", baseline: "a#1 b#2", source: "a#1 b#2", current: "b#1 a#2",
      target: "a#1 b#2", "a?a b?b |"),
    Row(
      "swapped since, on both sides", baseline: "a#1 b#2", source: "a#1 b#2", current: "b#1 a#2", target: "b#1 a#2",
      accepted: "a#1 b#2", "a→b b→a |"),
    Row(
      "swapped since, not yet on the target", baseline: "a#1 b#2", source: "a#1 b#2", current: "b#1 a#2",
      target: "a#1 b#2", accepted: "a#1 b#2", "a→a b→b |"),
    Row(
      "replaced since, on both sides: the old values go away", baseline: "a#1 b#2", source: "a#1 b#2",
      current: "a#1 b#3", target: "a#1 b#3", accepted: "a#1 b#2", "a→a b- | b…"),
    Row(
      "replaced since, not yet on the target", baseline: "a#1 b#2", source: "a#1 b#2", current: "a#1 b#3",
      target: "a#1 b#2", accepted: "a#1 b#2", "a→a b→b |"),
  ]

  private static func table(_ text: String, oid: UInt32) -> TableSchema {
    let columns = text.split(separator: " ").map { word in
      let parts = word.split(separator: "#")
      return ColumnSchema(String(parts[0]), .int4, number: -1).with { $0.attributeNumber = Int16(parts[1]) ?? 0 }
    }
    return TableSchema(oid: OID(rawValue: oid), name: QualifiedName(schema: "public", name: "t"), columns: columns)
  }

  private static func outcome(_ row: Row) -> String {
    let target = table(row.target, oid: 2)
    let judgement = Judgement(
      source: table(row.source, oid: 1), target: target, baseline: table(row.baseline, oid: 1),
      current: row.current.map { table($0, oid: 1) }, acceptedTarget: row.accepted.map { table($0, oid: 2) })
    let matching = ColumnMatching(judgement, target: target)
    let source = matching.sourceColumns.map { match in
      switch match.fate {
      case .mapped(let column): "\(match.column.name)→\(column.name)"
      case .renamed(let column): "\(match.column.name)?\(column.name)"
      case .replaced: "\(match.column.name)!"
      case .missing: "\(match.column.name)+"
      case .goesAway: "\(match.column.name)-"
      }
    }
    let own = matching.targetColumns.map { match in
      switch match.origin {
      case .own: "\(match.column.name)*"
      case .removedFromSource: "\(match.column.name)-"
      case .arrivesLater: "\(match.column.name)…"
      }
    }
    return (source + ["|"] + own).joined(separator: " ")
  }

  @Test("tells what has become of each column", arguments: rows)
  func matches(_ row: Row) { #expect(Self.outcome(row) == row.expected) }

  @Test("whatever the order of the columns on either side", arguments: rows)
  func orderIndependent(_ row: Row) {
    let reversed = { (text: String) in text.split(separator: " ").reversed().joined(separator: " ") }
    var other = row
    other.source = reversed(row.source)
    other.target = reversed(row.target)
    other.baseline = reversed(row.baseline)
    let words = { (text: String) in Set(text.split(separator: " ")) }
    #expect(words(Self.outcome(other)) == words(row.expected))
  }

  @Test("no column of the target is given to two of the source", arguments: rows)
  func oneToOne(_ row: Row) {
    let target = Self.table(row.target, oid: 2)
    let judgement = Judgement(
      source: Self.table(row.source, oid: 1), target: target, baseline: Self.table(row.baseline, oid: 1),
      current: row.current.map { Self.table($0, oid: 1) },
      acceptedTarget: row.accepted.map { Self.table($0, oid: 2) })
    let matching = ColumnMatching(judgement, target: target)
    let used = matching.sourceColumns.compactMap { $0.target?.name }
    #expect(Set(used).count == used.count)
    #expect(Set(used + matching.targetColumns.map(\.column.name)) == Set(target.columns.map(\.name)))
  }
}
