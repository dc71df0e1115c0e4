import PostgresTypes

/// Where each earlier timeline of a server ended: the content of a timeline history file (`TIMELINE_HISTORY`).
struct TimelineHistory: Hashable, Sendable {
  /// Earlier timelines and the position up to which each belongs to this server's past.
  private(set) var ends: [Int: LSN] = [:]

  /// A server that has never changed its timeline.
  init() {}

  /// Reads lines of `timeline<TAB>position<TAB>reason`; empty lines and comments are skipped (access/transam/timeline.c).
  init(_ content: String) {
    for line in content.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let fields = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
      guard fields.count >= 2, let timeline = Int(fields[0]), let end = LSN(String(fields[1])) else { continue }
      ends[timeline] = end
    }
  }

  /// True if a position that was reached on an earlier timeline is part of this server's past.
  func contains(_ lsn: LSN, of timeline: Int) -> Bool { ends[timeline].map { lsn <= $0 } ?? false }
}
