import PostgresTypes
import Testing

@testable import SchemaDrift

/// Each override in both directions: without it the table stops, with it the table goes on and does exactly that.
@Suite("What the operator allows")
struct DriftPolicyTests {
  static let users = TableSchema.make([.id, .email])
  static let withPhone = users.with { $0.columns.append(ColumnSchema("phone", .text, number: 3)) }

  private func verdict(
    _ source: TableSchema, _ target: TableSchema, baseline: TableSchema? = nil, _ policy: DriftPolicy = .strict
  ) -> CompatibilityVerdict {
    Judgement(source: source, target: target.onTarget, baseline: baseline ?? source, policy: policy).verdict()
  }

  @Test("skip-columns leaves the column out and lists it as a loss")
  func skipColumns() {
    #expect(verdict(Self.withPhone, Self.users).outcome == .blocked)
    let skipping = verdict(Self.withPhone, Self.users, DriftPolicy(skipColumns: ["phone"]))
    #expect(skipping.outcome == .compatible)
    #expect(skipping.skipped == [SkippedColumn(name: "phone", ordinal: 2, reason: .override)])
    #expect(skipping.columns.map(\.source) == ["id", "email"])
    #expect(skipping.acceptedLosses.map(\.what) == ["Source column 'phone' is not applied (skip_columns)"])
    // Another name that only looks the same does not count.
    let source = Self.users.with { $0.columns.append(ColumnSchema("é", .text, number: 3)) }
    #expect(verdict(source, Self.users, DriftPolicy(skipColumns: ["e\u{301}"])).outcome == .blocked)
  }

  @Test("skip-columns of a column that the target has leaves the target's values alone")
  func skipPresentColumn() {
    let skipping = verdict(Self.withPhone, Self.withPhone, DriftPolicy(skipColumns: ["phone"]))
    #expect(skipping.outcome == .compatible)
    #expect(skipping.columns.map(\.target) == ["id", "email"])
    let strict = Self.withPhone.with { $0.columns[2].isNotNull = true }
    #expect(verdict(Self.withPhone, strict, DriftPolicy(skipColumns: ["phone"])).reason == .targetNotNull)
  }

  @Test("source_added_columns: skip and stop_on_value")
  func sourceAddedColumns() {
    let skipping = verdict(Self.withPhone, Self.users, DriftPolicy(sourceAddedColumns: .skip))
    #expect(skipping.outcome == .compatible)
    #expect(skipping.skipped.map(\.reason) == [.policy])
    let waiting = verdict(Self.withPhone, Self.users, DriftPolicy(sourceAddedColumns: .stopOnValue))
    #expect(waiting.outcome == .warning)
    #expect(waiting.skipped.map(\.reason) == [.untilFirstValue])
    #expect(waiting.acceptedLosses.isEmpty)
  }

  @Test("target_added_columns: stop")
  func targetAddedColumns() {
    #expect(verdict(Self.users, Self.withPhone, DriftPolicy(targetAddedColumns: .stop)).outcome == .blocked)
  }

  @Test("preserve-columns and null-removed-columns")
  func removedColumns() {
    let before = Self.withPhone
    #expect(verdict(Self.users, before, baseline: before).reason == .sourceRemovedColumn)
    for policy in [DriftPolicy(sourceRemovedColumns: .preserve), DriftPolicy(preserveColumns: ["phone"])] {
      let kept = verdict(Self.users, before, baseline: before, policy)
      #expect(kept.outcome == .compatible)
      #expect(kept.nulledColumns.isEmpty)
      #expect(kept.acceptedLosses.map(\.what) == ["Target column 'phone' is gone from the source and keeps its values"])
    }
    for policy in [DriftPolicy(sourceRemovedColumns: .null), DriftPolicy(nullRemovedColumns: ["phone"])] {
      let nulled = verdict(Self.users, before, baseline: before, policy)
      #expect(nulled.outcome == .compatible)
      #expect(nulled.nulledColumns == ["phone"])
    }
    // The override stays in force when the accepted schema has no trace of the column any more.
    #expect(verdict(Self.users, before, DriftPolicy(nullRemovedColumns: ["phone"])).nulledColumns == ["phone"])
  }

  @Test("a removed column that is NOT NULL can be neither preserved nor set to NULL")
  func removedNotNull() {
    let before = Self.withPhone.with { $0.columns[2].isNotNull = true }
    for policy in [DriftPolicy(sourceRemovedColumns: .preserve), DriftPolicy(sourceRemovedColumns: .null)] {
      #expect(verdict(Self.users, before, baseline: before, policy).reason == .targetNotNull)
    }
  }

  static let price = TableSchema.make([.id, ColumnSchema("price", .numeric(10, 2))])
  static let wholePrice = TableSchema.make([.id, ColumnSchema("price", .int4)])

  @Test("allow-type-cast names the column and the target's type", arguments: ["integer", "int", "int4", "INTEGER"])
  func allowTypeCast(type: String) {
    #expect(verdict(Self.price, Self.wholePrice).reason == .unsafeCast)
    let allowed = verdict(Self.price, Self.wholePrice, DriftPolicy(allowTypeCasts: ["price": type]))
    #expect(allowed.outcome == .warning)
    #expect(allowed.columns[1].castThrough == "numeric")
    #expect(allowed.columns[1].check == .none)
    #expect(allowed.columns[1].expression(for: "$2", as: .int4) == "$2::numeric::integer")
    #expect(allowed.acceptedLosses.map(\.what) == ["Type difference on 'price': source numeric(10,2), target integer"])
  }

  @Test("allow-type-cast to a type that the target does not have allows nothing")
  func allowOtherTypeCast() {
    #expect(verdict(Self.price, Self.wholePrice, DriftPolicy(allowTypeCasts: ["price": "bigint"])).outcome == .blocked)
  }

  @Test("type_mismatches")
  func typeMismatches() {
    let always = verdict(Self.price, Self.wholePrice, DriftPolicy(typeMismatches: .castAlways))
    #expect(always.outcome == .warning)
    #expect(always.columns[1].castThrough == "numeric")
    let exact = verdict(Self.price, Self.wholePrice, DriftPolicy(typeMismatches: .castIfExact))
    #expect(exact.columns[1].check == .exactRoundTrip)
    #expect(verdict(Self.price, Self.wholePrice, DriftPolicy(typeMismatches: .castIfSafe)).outcome == .blocked)
    // What has no cast at all is not allowed by anything.
    let uuid = TableSchema.make([.id, ColumnSchema("price", .uuid)])
    #expect(verdict(uuid, Self.wholePrice, DriftPolicy(typeMismatches: .castAlways)).outcome == .blocked)
  }

  @Test("safe_casts_allowed: false stops at a safe cast too, unless cast_if_safe says otherwise")
  func safeCasts() {
    #expect(verdict(Self.wholePrice, Self.price.with { $0.columns[1].type = .int8 }).outcome == .compatible)
    let target = Self.wholePrice.with { $0.columns[1].type = .int8 }
    let forbidden = verdict(Self.wholePrice, target, DriftPolicy(safeCastsAllowed: false))
    #expect(forbidden.outcome == .blocked)
    #expect(forbidden.reason == .safeCast)
    let allowed = DriftPolicy(typeMismatches: .castIfSafe, safeCastsAllowed: false)
    #expect(verdict(Self.wholePrice, target, allowed).outcome == .compatible)
  }

  @Test("times without a zone are read in the declared zone, and the mapping says how")
  func timeZone() {
    let source = TableSchema.make([.id, ColumnSchema("at", .timestamp)])
    let target = TableSchema.make([.id, ColumnSchema("at", .timestamptz)])
    let utc = verdict(source, target)
    #expect(utc.outcome == .compatible)
    #expect(utc.columns[1].expression(for: "$1", as: .timestamptz) == "$1::timestamp with time zone")
    let berlin = verdict(source, target, DriftPolicy(timezone: "Europe/Berlin"))
    #expect(berlin.outcome == .compatible)
    #expect(
      berlin.columns[1].expression(for: "$1", as: .timestamptz)
        == "($1::timestamp without time zone AT TIME ZONE 'Europe/Berlin')"
        + "::timestamp with time zone")
    #expect(
      berlin.findings.first?.lines.contains("Times without a zone are read in the declared time zone (Europe/Berlin).")
        == true)
  }

  @Test("warn-only goes on with whatever can be applied, and casts nothing silently")
  func permissive() {
    let policy = DriftPolicy(validation: .permissive)
    let cast = verdict(Self.price, Self.wholePrice, policy)
    #expect(cast.outcome == .warning)
    #expect(cast.columns[1].castThrough == nil, "a value that does not fit stops the table")
    let removed = verdict(Self.users, Self.withPhone, baseline: Self.withPhone, policy)
    #expect(removed.outcome == .warning)
    let renamed = verdict(
      Self.withPhone.with { $0.columns[2].name = "tel" }, Self.withPhone, baseline: Self.withPhone, policy)
    #expect(renamed.outcome == .warning)
    #expect(renamed.columns.map(\.target) == ["id", "email", "phone"], "a rename is certain, so nothing need be lost")
    let missing = Judgement(source: Self.users, target: nil, policy: policy).verdict()
    #expect(missing.outcome == .blocked, "there is nowhere to apply to")
  }

  @Test("disabled says nothing and still leaves out what the target lacks")
  func disabled() {
    let policy = DriftPolicy(validation: .disabled)
    let quiet = verdict(Self.withPhone, Self.users, policy)
    #expect(quiet.outcome == .compatible)
    #expect(quiet.findings.isEmpty)
    #expect(quiet.skipped.map(\.reason) == [.warnOnly])
    #expect(!quiet.acceptedLosses.isEmpty)
  }

  @Test("new_tables")
  func newTables() {
    for (newTables, outcome) in [
      (DriftPolicy.NewTables.stop, CompatibilityVerdict.Outcome.blocked), (.copy, .compatible), (.ignore, .compatible),
    ] {
      let judgement = Judgement(
        source: Self.users, target: Self.users.onTarget, policy: DriftPolicy(newTables: newTables), isNewTable: true)
      #expect(judgement.verdict().outcome == outcome)
    }
  }

  @Test("a backfill that was asked for lets a replaced column go on")
  func backfill() {
    let replaced = Self.withPhone.with { $0.columns[2].attributeNumber = 4 }
    var judgement = Judgement(source: replaced, target: Self.withPhone.onTarget, baseline: Self.withPhone)
    #expect(judgement.verdict().outcome == .blocked)
    judgement.isBackfillRequested = true
    let verdict = judgement.verdict()
    #expect(verdict.outcome == .warning)
    #expect(verdict.columns.count == 3)
    #expect(verdict.staleColumns.map(\.column) == ["phone"])
  }
}
