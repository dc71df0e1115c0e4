import Foundation
import LibPQ
import PostgresTypes

/// The story in its order. Each step has a deadline, waits for named states only, and throws if one does not come.
struct ShopStory {
  /// The table that drifts.
  static let driftingTable = QualifiedName(schema: "shop", name: "customers")
  static let transactionsPerSecond = 300
  /// The table stays stopped until so many of its changes are parked.
  static let parkedAtLeast: Int64 = 300

  let options: DemoOptions
  var narrator = Narrator()
  var figures = StoryFigures()

  init(options: DemoOptions) { self.options = options }

  /// Tells it from the beginning to the end. Whatever was started is gone when this returns or throws.
  mutating func tell() throws {
    let scratch = try ScratchDirectory()
    defer { scratch.remove() }

    narrator.begin("Two throw-away PostgreSQL servers, a shop of ten tables on each, rows on the source")
    let opening = Deadline(within: .seconds(40))
    let source = try ShopDatabase(.source)
    defer { source.remove() }
    try Interruption.check()
    let target = try ShopDatabase(.target)
    defer { target.remove() }
    try Interruption.check()
    try open(source, target, by: opening)

    let pgsyncd = try Pgsyncd(
      source: source.cluster.connectionString(), target: target.cluster.connectionString(),
      directory: scratch.url)
    try setUp(pgsyncd)

    let traffic = ShopTraffic(
      on: source.settings, seed: options.seed, transactionsPerSecond: Self.transactionsPerSecond)
    defer { traffic.stop() }
    narrator.begin("Sync, with the shop open: up to \(Self.transactionsPerSecond) transactions a second on the source")
    narrator.command("pgsyncd sync")
    let service = try pgsyncd.start(["sync"], name: "sync")
    defer { service.kill() }

    let stage = Stage(source: source, target: target, pgsyncd: pgsyncd, traffic: traffic, service: service)
    do {
      try copy(stage)
      try stream(stage)
      let drift = try drift(stage)
      try showTheStop(drift, on: stage)
      try showTheOthers(drift, on: stage)
      try fix(drift, on: stage)
      try resume(drift, on: stage)
      try compare(stage)
      try report(stage)
      try end(stage)
    } catch {
      // The failure may only be the consequence of what the service has to tell.
      if !Interruption.hasHappened {
        narrator.say("The service \(service.isRunning ? "runs" : "has ended"); the end of its log:")
        narrator.quote(service.log.split(separator: "\n").suffix(40).joined(separator: "\n"))
      }
      throw error
    }
  }
}
