import LogicalReplication
import PostgresTypes
import SchemaDrift

/// What `/metrics` shows: the process's counters, and the state of the pipeline as its leader sees it.
///
/// A process that only stands by shows what it is and its counters; the pipeline's gauges come from one process at a time,
/// so sums over all processes are right.
public struct MetricsPage: Sendable {
  /// The labels on every sample.
  public var namespace: String
  /// The labels on every sample.
  public var deployment: String
  /// What the process has counted.
  public var counters: PipelineCounters
  /// True if the process leads the pipeline.
  public var isLeader: Bool
  /// The pipeline, as it was read last; nil if it could not be read.
  public var status: PipelineStatus?
  /// How far the target is behind at this moment; nil if that is not known. Kept apart from the status, which cannot be
  /// read while the target hangs.
  public var lag = PipelineLag()

  /// Puts a page together.
  public init(
    namespace: String, deployment: String, counters: PipelineCounters, isLeader: Bool, status: PipelineStatus?
  ) {
    self.namespace = namespace
    self.deployment = deployment
    self.counters = counters
    self.isLeader = isLeader
    self.status = status
  }

  /// The page's text.
  public var text: String {
    PrometheusText.render(
      families,
      common: [MetricLabel("namespace", namespace), MetricLabel("deployment", deployment)])
  }

  /// The families, those of the process first.
  var families: [MetricFamily] {
    processFamilies + counterFamilies
      + PipelineGauges(isLeader ? status : nil, lag: isLeader ? lag : PipelineLag()).families
  }

  private var processFamilies: [MetricFamily] {
    var up = MetricFamily("pgsyncd_up", .gauge, "1 while the process runs.")
    up.add(flag: true)
    var leader = MetricFamily(
      "pgsyncd_leader", .gauge, "1 in the process that leads the pipeline, 0 in one that stands by or is starting.")
    leader.add(flag: isLeader)
    return [up, leader]
  }

  private var counterFamilies: [MetricFamily] {
    var validations = MetricFamily(
      "pgsyncd_schema_validations_total", .counter, "Comparisons of a table's two sides, by what came of them.")
    for result in ValidationResult.allCases {
      validations.add([MetricLabel("result", result.rawValue)], counters.validations[result] ?? 0)
    }
    var transactions = MetricFamily(
      "pgsyncd_transactions_applied_total", .counter, "Source transactions that are on the target, applied or parked.")
    transactions.add([], counters.transactions)
    var copied = MetricFamily("pgsyncd_copy_rows_total", .counter, "Rows written by copies.")
    for (key, rows) in counters.rowsCopied.sorted(by: { $0.key < $1.key }) { copied.add([key.tableLabel], rows.total) }
    return [
      perTable(
        "pgsyncd_schema_mismatches_total", "Differences found between the two sides of a table, by reason code.",
        counters.mismatches, word: "type"),
      perTable(
        "pgsyncd_rows_skipped_schema_total",
        "Rows that did not reach the target, or not with all values, because an operator allowed it.",
        counters.rowsSkipped, word: "reason"),
      validations,
      histogram(
        "pgsyncd_schema_validation_duration_seconds", "How long a comparison of a table's two sides took.",
        counters.validationSeconds),
      histogram(
        "pgsyncd_drift_detection_seconds", "From the source's commit to the stop of the table.",
        counters.detectionSeconds),
      perTable(
        "pgsyncd_rows_applied_total", "Changes of the stream applied to the target.", counters.rowsApplied,
        word: "operation"),
      transactions,
      histogram(
        "pgsyncd_apply_batch_seconds", "From the first byte of a target transaction's changes to its commit.",
        counters.batchSeconds),
      copied,
    ]
  }

  private func perTable(
    _ name: String, _ help: String, _ figures: [SeriesKey: Int64], word: String
  ) -> MetricFamily {
    var family = MetricFamily(name, .counter, help)
    for (key, figure) in figures.sorted(by: { $0.key < $1.key }) {
      family.add([key.tableLabel, MetricLabel(word, key.word)], figure)
    }
    return family
  }

  private func histogram(_ name: String, _ help: String, _ histogram: Histogram) -> MetricFamily {
    var family = MetricFamily(name, .histogram, help)
    family.add([], histogram)
    return family
  }
}
