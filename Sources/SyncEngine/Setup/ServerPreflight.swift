import LibPQ
import PostgresTypes

/// What has to be right with the two servers themselves, whatever the tables are.
struct ServerPreflight {
  var source: ServerFacts
  var target: ServerFacts
  /// True if the slot that will be used exists already.
  var hasSlot: Bool

  /// The versions that are supported.
  static let majorVersions: ClosedRange<Int32> = 14...18

  /// Everything that was found.
  var problems: [SetupProblem] {
    var problems = versionProblems(source, "source", .source) + versionProblems(target, "target", .target)
    if source.isSameDatabase(as: target) {
      problems.append(
        SetupProblem(
          .usage, "Source and target are the same database (\(source.database))",
          why: "Every change would be written back to where it came from", on: .command,
          advice: "Check --source and --target"))
    }
    problems += sourceProblems
    if target.isInRecovery || target.isReadOnly {
      problems.append(
        SetupProblem(
          .failure, "The target \(target.isInRecovery ? "is a standby" : "session is read-only")",
          why: "Nothing can be written there", on: .target,
          advice: target.isInRecovery
            ? "Point --target at the primary" : "Look at default_transaction_read_only of the role and the database"))
    }
    return problems
  }

  private func versionProblems(_ facts: ServerFacts, _ side: String, _ place: SetupProblem.Place) -> [SetupProblem] {
    let supported = Self.majorVersions
    if supported.contains(facts.majorVersion) { return [] }
    let range = "\(supported.lowerBound) to \(supported.upperBound)"
    guard facts.majorVersion < supported.lowerBound else {
      return [
        SetupProblem(
          .warning, "The \(side) is PostgreSQL \(facts.majorVersion), which this pgsyncd does not know",
          why: "It was tested with versions \(range)", on: place)
      ]
    }
    return [
      SetupProblem(
        .failure, "The \(side) is PostgreSQL \(facts.majorVersion)", why: "pgsyncd works with versions \(range)",
        on: place, advice: "Upgrade the server")
    ]
  }

  private var sourceProblems: [SetupProblem] {
    var problems: [SetupProblem] = []
    if source.isInRecovery {
      problems.append(
        SetupProblem(
          .failure, "The source is a standby", why: "A publication can only be created on the primary", on: .source,
          advice: "Point --source at the primary"))
    }
    if source.walLevel != "logical" {
      problems.append(
        SetupProblem(
          .failure, "The source runs with wal_level = \(source.walLevel)",
          why: "Changes can only be decoded from a log that was written with wal_level = logical", on: .source,
          advice: "Then restart the source server.", fix: ["ALTER SYSTEM SET wal_level = 'logical';"]))
    }
    if source.slots >= source.slotsMax, !hasSlot {
      problems.append(
        SetupProblem(
          .failure, "All \(source.slotsMax) replication slots of the source are in use",
          why: "The pipeline needs one", on: .source,
          advice:
            "Drop one that nobody needs (SELECT * FROM pg_replication_slots), or allow more and restart the source.",
          fix: ["ALTER SYSTEM SET max_replication_slots = \(source.slotsMax + 5);"]))
    }
    // Where the slot exists, one of those walsenders may well be ours.
    if source.walSenders >= source.walSendersMax, !hasSlot {
      problems.append(
        SetupProblem(
          .failure, "All \(source.walSendersMax) walsenders of the source are in use", why: "The pipeline needs one",
          on: .source, advice: "Allow more and restart the source.",
          fix: ["ALTER SYSTEM SET max_wal_senders = \(source.walSendersMax + 5);"]))
    }
    return problems
  }
}
