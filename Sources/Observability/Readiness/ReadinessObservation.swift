import PostgresTypes

/// What is known of a pipeline at one moment, as far as its readiness depends on it.
public struct ReadinessObservation: Hashable, Sendable {
  /// What the process does.
  public enum Phase: Hashable, Sendable, CaseIterable {
    /// It connects, sets up, or judges.
    case starting
    /// Another process leads; this one waits to take over.
    case standby
    /// It leads and makes the first copy.
    case copying
    /// It leads and streams.
    case streaming
    /// It leads, and the stream rests because the parked changes of a table have reached their limit.
    case parkingFull
    /// A connection was lost and could not be made again yet.
    case reconnecting
    /// It was asked to end.
    case stopping
  }

  /// What the process does.
  public var phase: Phase
  /// Everything up to here is durable on the target.
  public var durableLSN: LSN
  /// The source's position, as far as it is known.
  public var sourceLSN: LSN
  /// The commit position of the large transaction that is being written, and how many of its bytes have been.
  public var piece: Piece?
  /// Bytes that the first copy has written.
  public var copiedBytes: Int64
  /// When somebody last heard from the target; nil: not yet.
  public var targetHeardAt: ContinuousClock.Instant?
  /// Whether the publication sends anything; nil if that is not known.
  public var publicationSends: Bool?
  /// The table whose parked changes are at their limit.
  public var fullTable: String?
  /// The last thing that went wrong.
  public var lastError: String?

  /// A place in a large transaction.
  public struct Piece: Hashable, Comparable, Sendable {
    /// The transaction's commit position.
    public var transaction: LSN
    /// Its bytes that were written.
    public var bytes: Int

    /// Names a place.
    public init(transaction: LSN, bytes: Int) {
      self.transaction = transaction
      self.bytes = bytes
    }

    /// Earlier transactions come first, then fewer bytes.
    public static func < (one: Piece, other: Piece) -> Bool {
      (one.transaction, one.bytes) < (other.transaction, other.bytes)
    }
  }

  /// Begins an observation; what is not given is not known.
  public init(phase: Phase, durableLSN: LSN = .zero, sourceLSN: LSN = .zero) {
    self.phase = phase
    self.durableLSN = durableLSN
    self.sourceLSN = sourceLSN
    copiedBytes = 0
  }
}
