import PostgresTypes

/// Why it cannot be proven that the stream goes on exactly where the target stands.
public enum ContinuityBreak: Error, Hashable, Sendable {
  /// The source is another cluster.
  case otherSystem(stored: String, found: String)
  /// The source is another database of that cluster.
  case otherDatabase(stored: String, found: String)
  /// The slot is gone.
  case slotMissing(slot: String)
  /// The source has thrown away log that the slot needs.
  case slotLost(slot: String, reason: String?)
  /// The slot is not a logical slot of pgoutput in this database: what it is instead.
  case slotUnfit(slot: String, what: String)
  /// The slot has been confirmed, or created, beyond what the target has.
  case slotAhead(slot: String, confirmed: LSN, progress: LSN)
  /// The source's log ends before what the target has.
  case sourceBehind(end: LSN, progress: LSN)
  /// The source's past does not contain what the target has.
  case otherHistory(storedTimeline: Int, timeline: Int, progress: LSN)
  /// The publication is gone.
  case publicationMissing(publication: String)

  /// The refusal to run: what happened, why it matters and what to do.
  var refusal: SyncError {
    let anew =
      "The target has to be copied anew: pgsyncd teardown, empty its tables, then pgsyncd sync. Or, if you know that "
      + "nothing is missing, set the pipeline up again with --no-copy."
    func refusal(_ what: String, _ why: String, _ advice: String) -> SyncError {
      .refused(what: what, why: why, fix: advice)
    }
    switch self {
    case .otherSystem(let stored, let found):
      return refusal(
        "The source is another cluster: system identifier \(found), and the pipeline follows \(stored)",
        "Positions in one log mean nothing in another", "Point --source at the right server.")
    case .otherDatabase(let stored, let found):
      return refusal(
        "The source is the database \(SQLIdentifier.quoted(found)), and the pipeline follows "
          + SQLIdentifier.quoted(stored),
        "A slot delivers the changes of one database", "Point --source at the right database.")
    case .slotMissing(let slot):
      return refusal(
        "The replication slot \(slot) does not exist on the source",
        "Changes since the target's position may be gone", anew)
    case .slotLost(let slot, let reason):
      return refusal(
        "The replication slot \(slot) is invalidated" + (reason.map { " (\($0))" } ?? ""),
        "The source has thrown away changes that the target does not have", anew)
    case .slotUnfit(let slot, let what):
      return refusal(
        "The replication slot \(slot) \(what)", "It does not deliver this pipeline's changes", anew)
    case .slotAhead(let slot, let confirmed, let progress):
      return refusal(
        "The replication slot \(slot) is confirmed up to \(confirmed), and the target stands at \(progress)",
        "The slot was created anew or advanced, or the target was restored to an earlier state; the changes in between "
          + "would be missing", anew)
    case .sourceBehind(let end, let progress):
      return refusal(
        "The source's log ends at \(end), and the target stands at \(progress)",
        "The source was restored to an earlier state; the target has changes that it does not know", anew)
    case .otherHistory(let storedTimeline, let timeline, let progress):
      return refusal(
        "The source is on timeline \(timeline), whose past does not contain the target's position \(progress) on "
          + "timeline \(storedTimeline)",
        "After a failover the target has changes that the new primary never had, or the other way round", anew)
    case .publicationMissing(let publication):
      return refusal(
        "The publication \(SQLIdentifier.quoted(publication)) does not exist on the source",
        "Changes that were made without it are not delivered",
        "Changes since it was dropped are missing on the target. " + anew)
    }
  }
}
