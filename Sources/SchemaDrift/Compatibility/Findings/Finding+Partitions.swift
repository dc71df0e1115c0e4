import PostgresTypes

extension Finding {
  /// What became of partitions in a way that the stream never carries, and partitions that the target lacks.
  static func partitionChanges(_ judgement: Judgement, _ target: TableSchema, _ context: FindingContext) -> [Finding] {
    let now = judgement.current ?? judgement.source
    var findings: [Finding] = []
    if let baseline = judgement.baseline {
      let change = PartitionChange(from: baseline, to: now)
      let present = Set(target.partitions.map { NameKey($0.name.sql) })
      let left = change.removed.filter { present.contains(NameKey($0.name.sql)) }
      if !left.isEmpty { findings.append(removedPartitions(left, context)) }
      if !change.attached.isEmpty { findings.append(attachedPartitions(change.attached, context)) }
      if !change.rewritten.isEmpty, !change.isRewrittenAsAWhole {
        findings.append(rewrittenPartitions(change.rewritten, context))
      }
    }
    guard target.kind == .partitioned, now.kind == .partitioned, now.catalogCompleteness == .catalog else {
      return findings
    }
    let known = Set(target.partitions.map { NameKey($0.bound) })
    let missing = now.partitions.filter { !known.contains(NameKey($0.bound)) }
    return missing.isEmpty ? findings : findings + [missingPartitions(missing, context)]
  }

  private static func removedPartitions(_ partitions: [TablePartition], _ context: FindingContext) -> Finding {
    change(
      "Source dropped or detached \(list(partitions))", "Target still has the rows",
      impact: "No DELETE is sent for these rows.",
      resolution: "Detach the partition on the target too, or compare the rows (verify)",
      fix: partitions.map { "ALTER TABLE \($0.parent.sql) DETACH PARTITION \($0.name.sql);" }, context)
  }

  private static func attachedPartitions(_ partitions: [TablePartition], _ context: FindingContext) -> Finding {
    change(
      "Source attached \(list(partitions))", "Rows that it had before are not in the stream",
      impact: "These rows are missing on the target.", resolution: "Copy the table anew, or compare the rows (verify)",
      context)
  }

  private static func rewrittenPartitions(_ partitions: [TablePartition], _ context: FindingContext) -> Finding {
    change(
      "Source truncated or rewrote \(list(partitions))", "A TRUNCATE of a partition is not in the stream",
      impact: "Rows that the source does not have any more may stand on the target.",
      resolution: "Compare the rows (verify), or copy the table anew", context)
  }

  private static func missingPartitions(_ partitions: [TablePartition], _ context: FindingContext) -> Finding {
    var finding = change(
      "Source has \(list(partitions)), target doesn't", "A row that no partition of the target takes stops the table",
      impact: "Nothing is lost: such a row is parked.", resolution: "Create the partition on the target",
      fix: partitions.map(\.creation), context)
    finding.backfillReason = nil
    finding.alternatives = []
    return finding
  }

  private static func change(
    _ line: String, _ consequence: String, impact: String, resolution: String, fix: [String] = [],
    _ context: FindingContext
  ) -> Finding {
    Finding(
      reason: .partitionChange, severity: .warning, headline: context.difference(.warning), lines: [line, consequence],
      summary: "partitions changed on the source", error: line, impact: impact, resolution: resolution, fix: fix,
      alternatives: [
        Action("Compare both sides and write the rows that differ", commands: [context.verify]),
        Action("Or copy the table anew", commands: [context.resync]),
      ], backfillReason: "\(line). \(consequence).")
  }

  private static func list(_ partitions: [TablePartition]) -> String {
    (partitions.count == 1 ? "partition " : "partitions ")
      + partitions.map { DisplayName.table($0.name) }.joined(separator: ", ")
  }
}
