import PostgresTypes

/// A moment of the pipeline, as its threads let others see it: the heartbeat, the metrics and the readiness read it.
public struct PipelineObservation: Sendable {
  /// What the process is to its pipeline.
  public enum Role: Sendable, Hashable {
    /// It connects, sets up or takes the lead.
    case starting
    /// Another process leads; this one waits to take over.
    case standby
    /// It leads.
    case leader
  }

  /// How far a transaction is that is too large to be applied at once.
  public struct Piece: Sendable, Hashable, Comparable {
    /// The transaction's commit position.
    public var transaction: LSN
    /// Its bytes that have been written and not committed yet.
    public var bytes: Int

    /// Names a place in a transaction.
    public init(transaction: LSN, bytes: Int) {
      self.transaction = transaction
      self.bytes = bytes
    }

    /// Earlier transactions come first, then fewer bytes.
    public static func < (one: Piece, other: Piece) -> Bool {
      (one.transaction, one.bytes) < (other.transaction, other.bytes)
    }
  }

  /// What the process is to its pipeline.
  public var role = Role.starting
  /// `starting`, `copying`, `streaming`, `parking_full`, `reconnecting`; also what the heartbeat stores.
  public var activity = "starting"
  /// Everything up to here is applied or parked.
  public var appliedLSN: LSN = .zero
  /// Everything up to here is so durably, and may be confirmed to the source.
  public var durableLSN: LSN = .zero
  /// How far the large transaction is that is being applied; nil if there has been none.
  public var piece: Piece?
  /// The end of what has arrived.
  public var receivedLSN: LSN = .zero
  /// The source's position, as far as it is known.
  public var sourceLSN: LSN = .zero
  /// Bytes that the first copy has written so far.
  public var copiedBytes: Int64 = 0
  /// The table whose parked changes have reached their limit while the stream rests for it.
  public var fullTable: QualifiedName?
  /// Whether the publication sends anything; nil as long as that is not known.
  public var publicationSends: Bool?
  /// When the control thread of a leader, or a waiting standby, last heard from the target.
  public var targetHeardAt: ContinuousClock.Instant?
  /// The last thing that went wrong.
  public var lastError: String?
  /// True once the process was asked to end.
  public var isStopping = false

  /// A process that has just begun.
  public init() {}
}
