import LibPQ
import PostgresTypes
import SchemaDrift

/// Everything that a pipeline is told from outside: flags, environment and configuration file, resolved.
public struct PipelineOptions: Sendable {
  /// The source database.
  public var source: ConnectionSettings
  /// The target database, which also holds the pipeline's catalog.
  public var target: ConnectionSettings
  /// The pipeline's name: `[a-z0-9_]{1,40}`.
  public var pipeline: String
  /// The publication on the source.
  public var publication: String
  /// The replication slot on the source.
  public var slot: String
  /// The tables to replicate (`--tables`); nil if not given: what was set up, or at the first setup all tables.
  public var tables: TablePatterns?
  /// The tables to leave out (`--exclude-tables`); nil if not given.
  public var excludedTables: TablePatterns?
  /// Connections that copy in parallel.
  public var copyWorkers = 4
  /// Tables larger than this are copied in pieces.
  public var splitTablesLargerThanBytes = 1 << 30
  /// At most so many bytes of the stream go into one target transaction, unless one source transaction is larger.
  public var maxBatchBytes = 16 << 20
  /// What the data held in memory may amount to.
  public var memoryBytes = 256 << 20
  /// End as soon as everything up to the source's position at the start is applied.
  public var once = false
  /// The target has the data already.
  public var noCopy = false
  /// What the flags allow is stored for the tables at their setup, and stays allowed (`setup`); else it holds as long as
  /// the process runs.
  public var storesOverrides = false
  /// End at this position.
  public var untilLSN: LSN?
  /// What a running service can be given anew; this is what it starts with.
  public var live = LiveSettings()

  /// Makes options with the defaults of everything that is not given here.
  public init(
    source: ConnectionSettings, target: ConnectionSettings, pipeline: String, publication: String, slot: String
  ) {
    self.source = source
    self.target = target
    self.pipeline = pipeline
    self.publication = publication
    self.slot = slot
  }

  /// What the operator allows when schemas differ, as it is at the start.
  public var policies: PolicyBook {
    get { live.policies }
    set { live.policies = newValue }
  }
}
