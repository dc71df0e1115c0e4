import PostgresTypes

/// How the partitions of a table differ between two states of it on the same server, told by their OIDs.
struct PartitionChange {
  /// Those that are gone: dropped or detached.
  let removed: [TablePartition]
  /// Those that came with rows of their own, perhaps: attached.
  let attached: [TablePartition]
  /// Those whose storage is another one: truncated or rewritten.
  let rewritten: [TablePartition]
  /// True if every partition has other storage, as after a TRUNCATE of the whole table, which the stream carries.
  let isRewrittenAsAWhole: Bool

  init(from former: TableSchema, to now: TableSchema) {
    guard former.oid == now.oid, former.catalogCompleteness == .catalog, now.catalogCompleteness == .catalog else {
      removed = []
      attached = []
      rewritten = []
      isRewrittenAsAWhole = false
      return
    }
    let before = Dictionary(
      former.partitions.compactMap { partition in partition.oid.map { ($0, partition) } },
      uniquingKeysWith: { first, _ in first })
    let after = Set(now.partitions.compactMap(\.oid))
    removed = former.partitions.filter { partition in partition.oid.map { !after.contains($0) } ?? false }
    attached = now.partitions.filter { partition in
      partition.wasAttached == true && partition.oid.map { before[$0] == nil } == true
    }
    let leaves = now.partitions.filter { partition in
      (partition.relationFileNode ?? 0) != 0 && partition.oid.map { (before[$0]?.relationFileNode ?? 0) != 0 } == true
    }
    rewritten = leaves.filter { partition in
      partition.oid.map { before[$0]?.relationFileNode != partition.relationFileNode } == true
    }
    isRewrittenAsAWhole = leaves.count > 1 && rewritten.count == leaves.count
  }
}
