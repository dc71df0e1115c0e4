import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The text form of ``DriftHistory``: a line a drift.
public struct DriftHistoryText: Sendable {
  private let history: DriftHistory
  private let style: TerminalStyle

  /// Prepares to show a history in a style.
  public init(_ history: DriftHistory, style: TerminalStyle) {
    self.history = history
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    guard !history.events.isEmpty else { return ["No drift has been seen."] }
    var table = TextTable([
      ("WHEN", .left), ("TABLE", .left), ("LSN", .left), ("VERDICT", .left), ("REASON", .left), ("FINGERPRINT", .left),
      ("RESOLVED", .left), ("BY", .left),
    ])
    for event in history.events {
      table.add([
        .init(event.occurredAt?.iso8601 ?? "-"), .init(event.table.sql), .init(event.lsn?.description ?? "-"),
        .init(event.verdict.rawValue, event.verdict.color), .init(event.reason ?? "-"),
        .init(Self.short(event.oldFingerprint) + " > " + Self.short(event.newFingerprint)),
        .init(event.resolvedAt?.iso8601 ?? (event.verdict == .blocked ? "open" : "-")),
        .init(event.resolution ?? "-"),
      ])
    }
    return table.lines(style)
  }

  /// Eight digits are enough to tell the shapes of one table apart.
  private static func short(_ fingerprint: SchemaFingerprint?) -> String {
    fingerprint.map { String($0.hex.prefix(8)) } ?? "-"
  }
}
