import LibPQ
import PostgresTypes
import SchemaDrift

/// Judges whether a table can be copied anew as both sides have it now.
public struct CopyJudgement {
  /// What came of it.
  public enum Outcome: Sendable {
    /// It can; the table on the source may have another OID than the pipeline knows.
    case mayCopy(TableSchema, CompatibilityVerdict)
    /// The schemas do not fit.
    case blocked(CompatibilityVerdict)
    /// The source has no such table any more, under its OID or its name.
    case missingOnSource
    /// The publication does not send it.
    case notPublished
  }

  private let source: PostgresConnection
  private let target: PostgresConnection
  private let publication: String
  private let policy: DriftPolicy

  /// Judges over a connection to each side.
  public init(source: PostgresConnection, target: PostgresConnection, publication: String, policy: DriftPolicy) {
    self.source = source
    self.target = target
    self.publication = publication
    self.policy = policy
  }

  /// What to tell of a table that the publication does not send.
  public static func notPublished(_ table: QualifiedName, _ publication: String) -> String {
    "the publication does not send \(table), so its changes would not follow the copy; on the source: "
      + "ALTER PUBLICATION \(SQLIdentifier.quoted(publication)) ADD TABLE \(table.sql);"
  }

  /// Judges one table.
  public func judge(_ record: TableRecord) throws(PostgresError) -> Outcome {
    let published = try TableIntrospector(source).publishedTables(publication)
    let found =
      published.first { $0.oid == record.sourceOID } ?? published.first { $0.name == record.name }
    guard let table = found else {
      let left = try TableIntrospector(source).tables(oids: [record.sourceOID])
      let namesakes = try TableIntrospector(source).tables(named: [record.name])
      return left.isEmpty && namesakes.isEmpty ? .missingOnSource : .notPublished
    }
    let targets = try TableIntrospector(target).tables(named: [table.name])
    let verdict = Judgement(copying: table, over: targets.first, after: record, policy: policy).verdict()
    return verdict.outcome == .blocked ? .blocked(verdict) : .mayCopy(table, verdict)
  }
}

extension Judgement {
  /// The judgement on a table whose rows are all copied anew.
  ///
  /// Then the names of the columns decide alone: who was renamed, replaced or rewritten, and whether the table itself is
  /// another one than before, matters to rows that stay. One question is left that the past answers: whether a column that
  /// only the target has is its own or one that the source has dropped. So the accepted schema is held against the new
  /// one without what identifies its parts.
  init(copying source: TableSchema, over target: TableSchema?, after record: TableRecord, policy: DriftPolicy) {
    var baseline = record.sourceSchema
    baseline.oid = source.oid
    baseline.name = source.name
    baseline.relationFileNode = 0
    for index in baseline.columns.indices { baseline.columns[index].attributeNumber = 0 }
    self.init(source: source, target: target, baseline: baseline, policy: policy)
  }
}
