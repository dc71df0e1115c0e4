import LibPQ

/// Measures what an application would see: the time from the source's COMMIT until the row can be read on the target.
struct LagProbe {
  /// Some measurements.
  struct Lags {
    private(set) var sorted: [Duration] = []

    init(_ lags: [Duration] = []) { sorted = lags.sorted() }

    var median: Duration { sorted.isEmpty ? .zero : sorted[sorted.count / 2] }
    var worst: Duration { sorted.last ?? .zero }

    var text: String { "median \(Figures.seconds(median)), worst \(Figures.seconds(worst)) of \(sorted.count)" }
  }

  static let count = 30

  /// Inserts rows into `shop.activity`, one by one, and waits for each on the target.
  static func measure(on stage: Stage, by deadline: Deadline) throws -> Lags {
    var lags: [Duration] = []
    while lags.count < count {
      try stage.check()
      let row = try stage.source.connection.query(
        "INSERT INTO shop.activity (happened_on, kind) VALUES ('2026-06-01', 'probe') RETURNING activity_id")
      let committed = ContinuousClock.now
      guard let id = row[0, 0] else { throw DemoFailure.broken("The probe got no key.") }
      while try stage.target.connection.query(
        "SELECT 1 FROM shop.activity WHERE activity_id = $1 AND happened_on = '2026-06-01'", [id]
      ).rowCount == 0 {
        try deadline.check("a row of the source is visible on the target")
      }
      lags.append(committed.duration(to: .now))
    }
    return Lags(lags)
  }
}
