import LogicalReplication
import Observability
import SyncEngine

/// Follows tables whose parked changes are being applied, with a progress bar each.
struct CatchUp {
  private let reading: StatusReading
  private let requests: ServiceRequests
  private let screen: ErrorScreen

  init(reading: StatusReading, requests: ServiceRequests, screen: ErrorScreen) {
    self.reading = reading
    self.requests = requests
    self.screen = screen
  }

  /// Returns when each table streams again, has stopped again, or the service is gone.
  func follow(_ tables: [TableStatus], answers: inout RequestAnswers) throws {
    var open = tables
    var parkedAtMost: [UInt32: Int64] = [:]
    defer { screen.clear() }
    while !open.isEmpty {
      let status = try reading.read()
      for table in open {
        // A table that was created anew has another OID by now.
        let found = status.tables.first { $0.sourceOID == table.sourceOID }
        guard let now = found ?? status.tables.first(where: { $0.name == table.name }) else {
          finish(table, in: &open)
          answers.failed(table, "it is no longer part of the pipeline")
          continue
        }
        switch now.worker {
        case .streaming:
          finish(table, in: &open)
          answers.say(now, "streams again")
        case .stopped:
          finish(table, in: &open)
          answers.blocked(now, now.message.isEmpty ? [now.error ?? "stopped by the operator"] : now.message)
        case .pending, .copying, .catchingUp:
          let most = max(parkedAtMost[table.sourceOID.rawValue] ?? 0, now.parkedChanges)
          parkedAtMost[table.sourceOID.rawValue] = most
          screen.show(Self.bar(now, of: most), id: table.sourceOID.description)
          if !status.service.isRunning {
            finish(table, in: &open)
            answers.failed(table, "the service is gone; the table goes on catching up when it starts again")
          }
        }
      }
      if !open.isEmpty { try requests.waitForNews() }
    }
  }

  private func finish(_ table: TableStatus, in open: inout [TableStatus]) {
    open.removeAll { $0.sourceOID == table.sourceOID }
    screen.show(nil, id: table.sourceOID.description)
  }

  private static func bar(_ table: TableStatus, of most: Int64) -> ProgressBar {
    let parked = "\(table.parkedChanges) parked changes left (\(Quantity.bytes(table.parkedBytes)))"
    guard table.worker == .catchingUp else {
      return ProgressBar(title: table.name.sql, fraction: nil, detail: "its rows are being copied; " + parked)
    }
    return ProgressBar(
      title: table.name.sql, fraction: most == 0 ? nil : 1 - Double(table.parkedChanges) / Double(most), detail: parked)
  }
}
