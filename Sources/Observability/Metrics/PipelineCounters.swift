import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Everything that is counted while a process runs: its figures only grow, and begin at zero with the process.
///
/// A value: what happens goes in, the families come out. Whoever feeds it from several threads keeps it behind a lock.
public struct PipelineCounters: Sendable {
  private(set) var mismatches: [SeriesKey: Int64] = [:]
  private(set) var rowsApplied: [SeriesKey: Int64] = [:]
  private(set) var rowsSkipped: [SeriesKey: Int64] = [:]
  private(set) var rowsCopied: [SeriesKey: (told: Int64, total: Int64)] = [:]
  private(set) var validations: [ValidationResult: Int64] = [:]
  private(set) var transactions: Int64 = 0
  private(set) var validationSeconds = Histogram(
    bounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
  private(set) var detectionSeconds = Histogram(
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300])
  private(set) var batchSeconds = Histogram(
    bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])

  /// Nothing has been counted.
  public init() {}

  /// A unit was committed on the target.
  ///
  /// - Parameters:
  ///   - seconds: how long it took.
  ///   - transactions: the source transactions that it completed.
  public mutating func unitApplied(seconds: Double, transactions: Int) {
    batchSeconds.observe(seconds)
    self.transactions += Int64(transactions)
  }

  /// Changes of one table were applied.
  public mutating func applied(_ rows: RowCounters, to table: QualifiedName) {
    for (operation, count) in [
      ("insert", rows.inserted), ("update", rows.updated), ("delete", rows.deleted), ("truncate", rows.truncates),
    ] where count > 0 {
      rowsApplied[SeriesKey(table, operation), default: 0] += count
    }
  }

  /// Rows, or parts of them, did not reach the target.
  public mutating func skipped(_ rows: Int64, of table: QualifiedName, reason: String) {
    guard rows > 0 else { return }
    rowsSkipped[SeriesKey(table, reason), default: 0] += rows
  }

  /// A copy is so far. One that starts over counts from zero again, and what it copies counts again too.
  ///
  /// - Parameter isComplete: the next copy of the table is another one.
  public mutating func copied(_ rows: Int64, of table: QualifiedName, isComplete: Bool = false) {
    let known = rowsCopied[SeriesKey(table)] ?? (0, 0)
    let new = rows >= known.told ? rows - known.told : rows
    rowsCopied[SeriesKey(table)] = (isComplete ? 0 : rows, known.total + new)
  }

  /// The two sides of a table were compared.
  public mutating func validated(_ result: ValidationResult, seconds: Double) {
    validations[result, default: 0] += 1
    validationSeconds.observe(seconds)
  }

  /// A comparison found differences, or a change was refused: one count for each reason code that was given.
  public mutating func mismatched(_ table: QualifiedName, reasons: [String]) {
    for reason in reasons {
      mismatches[SeriesKey(table, reason), default: 0] += 1
      // Whoever asks for types that do not fit need not know the two words for it.
      if reason == ReasonCode.unsafeCast.rawValue { mismatches[SeriesKey(table, "type_mismatch"), default: 0] += 1 }
    }
  }

  /// A table stopped.
  ///
  /// - Parameter seconds: from the source's commit to the stop; nil if no change was the cause.
  public mutating func stopped(_ table: QualifiedName, reasons: [String], seconds: Double?) {
    mismatched(table, reasons: reasons)
    if let seconds { detectionSeconds.observe(seconds) }
  }
}
