import LibPQ
import PostgresTypes
import SchemaDrift

/// A table of a pipeline, or of a pipeline to be, as both sides have it now, with everything that a judgement depends on:
/// what was accepted for it before, and what the operator allows.
public struct ComparedTable: Sendable {
  /// The two sides and the policy.
  public var judgement: Judgement
  /// What the catalog holds of the table; nil if the pipeline does not have it, or is not set up.
  public var record: TableRecord?

  /// The table's name on the source.
  public var name: QualifiedName { judgement.effectiveName }

  /// Reads what was accepted for some tables, and the target's tables under names that the source's had before.
  ///
  /// - Parameters:
  ///   - tables: pairs of the two sides as they are now.
  ///   - target: a connection to the target, which also holds the catalog.
  public static func tables(
    _ tables: [(source: TableSchema, target: TableSchema?)], policies: PolicyBook, pipeline: String,
    on target: PostgresConnection
  ) throws -> [ComparedTable] {
    let catalog = PipelineCatalog(target, pipeline: pipeline)
    var records: [OID: TableRecord] = [:]
    if try catalog.pipelineRecordIfAny() != nil {
      for record in try catalog.tables() { records[record.sourceOID] = record }
    }
    let formerNames = tables.compactMap { table -> QualifiedName? in
      guard let stored = records[table.source.oid]?.sourceSchema.name, stored != table.source.name else { return nil }
      return stored
    }
    let formers = try TableIntrospector(target).tables(named: formerNames)
    return tables.map { table in
      let record = records[table.source.oid]
      let former = record?.sourceSchema.name
      return ComparedTable(
        judgement: Judgement(
          source: table.source, target: table.target, baseline: record?.sourceSchema,
          policy: policies.policy(for: table.source.name, stored: record?.overrides ?? .none),
          acceptedTarget: record?.targetSchema,
          formerTarget: former == table.source.name ? nil : formers.first { $0.name == former }),
        record: record)
    }
  }

  /// The judgement on the same table as both sides have it at this moment; nil if the source's is gone.
  ///
  /// Inside an open transaction of the target it sees what that transaction sees.
  func judgedAgain(
    source: PostgresConnection, publication: String, target: PostgresConnection
  ) throws(PostgresError) -> Judgement? {
    guard let table = try TableIntrospector(source).table(judgement.source.oid, publishedBy: publication) else {
      return nil
    }
    var again = judgement
    again.source = table
    again.target = nil
    again.formerTarget = nil
    try again.lookUpTarget(on: target)
    return again
  }
}
