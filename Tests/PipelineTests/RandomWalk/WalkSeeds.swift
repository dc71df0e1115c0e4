import Foundation

/// Which walks are taken: `PGSYNCD_WALK_SEED=17` for one, `PGSYNCD_WALK_SEEDS=1..300` for many, a few without either.
enum WalkSeeds {
  static let chosen: [Int] = {
    let environment = ProcessInfo.processInfo.environment
    if let text = environment["PGSYNCD_WALK_SEED"] {
      guard let seed = Int(text) else { preconditionFailure("PGSYNCD_WALK_SEED is a number, not \(text)") }
      return [seed]
    }
    guard let text = environment["PGSYNCD_WALK_SEEDS"] else { return Array(1...6) }
    let bounds = text.split(separator: "..").compactMap { Int($0) }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      preconditionFailure("PGSYNCD_WALK_SEEDS is a range such as 1..300, not \(text)")
    }
    return Array(bounds[0]...bounds[1])
  }()

  /// How many walks are taken side by side (`PGSYNCD_WALK_LANES`).
  static let lanes = ProcessInfo.processInfo.environment["PGSYNCD_WALK_LANES"].flatMap { Int($0) } ?? 2
}
