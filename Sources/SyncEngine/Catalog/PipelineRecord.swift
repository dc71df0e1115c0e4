import PostgresTypes

/// A row of `pgsyncd.pipelines`: which source a pipeline follows, and how far its life has come.
public struct PipelineRecord: Hashable, Sendable {
  /// Where a pipeline stands in its life.
  public enum Phase: String, Hashable, Sendable {
    /// Fingerprints are stored; there is no slot yet.
    case setUp = "set_up"
    /// The slot exists and the first copy under its snapshot is not complete.
    case copying
    /// The copy is complete, or was not wanted, and progress counts.
    case streaming
  }

  /// The pipeline's name.
  public var pipeline: String
  /// The publication on the source.
  public var publication: String
  /// The slot on the source.
  public var slot: String
  /// The patterns that chose the tables, as they were given.
  public var includeTables: [String]
  /// The patterns that took tables out again.
  public var excludeTables: [String]
  /// `IDENTIFY_SYSTEM`'s identifier of the source cluster.
  public var sourceSystemID: String
  /// The source's timeline when it was last accepted.
  public var sourceTimeline: Int32
  /// The name of the source database.
  public var sourceDatabase: String
  /// Where the pipeline stands.
  public var phase: Phase
  /// True if new tables that the patterns choose belong into the publication.
  public var addsTables: Bool
  /// When it was set up; nil in a record that is not stored yet.
  public var createdAt: PostgresTimestamp?

  /// Puts a record together.
  public init(
    pipeline: String, publication: String, slot: String, includeTables: [String], excludeTables: [String],
    sourceSystemID: String, sourceTimeline: Int32, sourceDatabase: String, phase: Phase = .setUp,
    addsTables: Bool = false,
    createdAt: PostgresTimestamp? = nil
  ) {
    self.pipeline = pipeline
    self.publication = publication
    self.slot = slot
    self.includeTables = includeTables
    self.excludeTables = excludeTables
    self.sourceSystemID = sourceSystemID
    self.sourceTimeline = sourceTimeline
    self.sourceDatabase = sourceDatabase
    self.phase = phase
    self.addsTables = addsTables
    self.createdAt = createdAt
  }
}
