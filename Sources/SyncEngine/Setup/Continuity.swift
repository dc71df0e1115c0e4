import LibPQ
import PostgresTypes

/// Proves, at every start, that the stream goes on exactly where the target stands, or says why it cannot.
///
/// The slot is confirmed only for what the target has flushed, and the target's progress never goes back by itself. So
/// `confirmed_flush_lsn ≤ progress` holds as long as slot and target are those that belong together; a slot that was
/// dropped and created anew, or advanced by hand, and a target that was restored from a backup, all break it.
public struct Continuity {
  private let options: PipelineOptions
  private let source: PostgresConnection
  private let target: PostgresConnection

  /// Works over connections that the caller owns; the one to the target holds the lead.
  public init(options: PipelineOptions, source: PostgresConnection, target: PostgresConnection) {
    self.options = options
    self.source = source
    self.target = target
  }

  /// Compares what the target has stored with what the source says.
  ///
  /// After a failover that was continuous the source's new timeline is stored.
  ///
  /// - Throws: ``SyncError/refused(what:why:fix:)`` with the words of a ``ContinuityBreak``.
  public func check() throws(SyncError) {
    let catalog = PipelineCatalog(target, pipeline: options.pipeline)
    let record: PipelineRecord?
    let progress: LSN?
    let facts: Facts
    do throws(PostgresError) {
      record = try catalog.pipelineRecord()
      progress = try catalog.progress().map(\.appliedLSN).min()
    } catch {
      throw .postgres(error, during: "reading the catalog")
    }
    guard let record, let progress else {
      throw .catalog("the pipeline \(options.pipeline) has no progress although its copy is complete")
    }
    do throws(PostgresError) {
      facts = try Facts(source, options.source, record)
    } catch {
      throw .postgres(error, during: "comparing the positions of source and target")
    }
    if let found = Self.firstBreak(record, progress, facts) { throw found.refusal }
    guard facts.identity.timeline != Int(record.sourceTimeline) else { return }
    do throws(PostgresError) {
      try catalog.setSourceTimeline(Int32(facts.identity.timeline))
    } catch {
      throw .postgres(error, during: "storing the source's timeline")
    }
  }

  /// The first thing that breaks continuity; nil if nothing does.
  static func firstBreak(_ record: PipelineRecord, _ progress: LSN, _ facts: Facts) -> ContinuityBreak? {
    if facts.identity.systemID != record.sourceSystemID {
      return .otherSystem(stored: record.sourceSystemID, found: facts.identity.systemID)
    }
    if let database = facts.identity.database, database != record.sourceDatabase {
      return .otherDatabase(stored: record.sourceDatabase, found: database)
    }
    let stored = Int(record.sourceTimeline)
    let timeline = facts.identity.timeline
    if timeline != stored, timeline < stored || !facts.history.contains(progress, of: stored) {
      return .otherHistory(storedTimeline: stored, timeline: timeline, progress: progress)
    }
    if facts.identity.xlogPosition < progress {
      return .sourceBehind(end: facts.identity.xlogPosition, progress: progress)
    }
    guard let slot = facts.slot else { return .slotMissing(slot: record.slot) }
    if slot.isLost { return .slotLost(slot: slot.name, reason: slot.invalidation) }
    if let obstacle = slot.obstacle(in: record.sourceDatabase) {
      return .slotUnfit(slot: slot.name, what: obstacle)
    }
    if let confirmed = slot.confirmedFlushLSN, confirmed > progress {
      return .slotAhead(slot: slot.name, confirmed: confirmed, progress: progress)
    }
    return facts.hasPublication ? nil : .publicationMissing(publication: record.publication)
  }

  /// What the source says.
  struct Facts: Sendable {
    var identity: SystemIdentity
    var history = TimelineHistory()
    var slot: SlotState?
    var hasPublication: Bool

    init(identity: SystemIdentity, slot: SlotState?, hasPublication: Bool) {
      self.identity = identity
      self.slot = slot
      self.hasPublication = hasPublication
    }

    init(
      _ source: PostgresConnection, _ settings: ConnectionSettings, _ record: PipelineRecord
    ) throws(PostgresError) {
      let replication = try ReplicationConnection(settings, applicationName: "pgsyncd \(record.pipeline) start")
      defer { replication.close() }
      identity = try replication.identifySystem()
      // Timeline 1 has no history, and an unchanged timeline needs none.
      if identity.timeline > 1, identity.timeline != Int(record.sourceTimeline) {
        history = TimelineHistory(try replication.timelineHistory(identity.timeline))
      }
      slot = try SlotState.find(record.slot, source)
      hasPublication = try Publication.find(record.publication, source) != nil
    }
  }
}
