import PostgresTypes

/// Decides whether a process makes real progress: observations and the time go in, a verdict with its reason comes out.
///
/// A process is not taken at its word. That it runs, that its threads answer and that its connections stand say nothing; what
/// counts is that the newest durable position follows the source's. So the judge remembers how far the pipeline has ever
/// been, and when it last came further:
///
/// | phase | ready while |
/// | --- | --- |
/// | starting, reconnecting, stopping | never |
/// | standby | the target is heard from |
/// | copying | the first copy writes |
/// | streaming | the target is heard from, the publication sends, and there is nothing to do or it gets done |
/// | parking full | never: the stream rests until there is room |
///
/// "It gets done" means that the durable position moved within ``Limits/stall``, or, in a transaction that is larger than
/// what is written at once, that more of it was written than ever before: a transaction that begins over and over does not
/// count. After a stall the first step forward makes the process ready again.
public struct ReadinessJudge: Sendable {
  /// How patient the judge is.
  public struct Limits: Hashable, Sendable {
    /// So long may work that is there lie undone.
    public var stall = Duration.seconds(20)
    /// So long may the target say nothing.
    public var silence = Duration.seconds(20)

    /// The limits that hold the promise of 30 seconds.
    public init() {}
  }

  private let limits: Limits
  private var latest = ReadinessObservation(phase: .starting)
  private var durable: LSN = .zero
  private var piece: ReadinessObservation.Piece?
  private var copiedBytes: Int64 = 0
  private var progressAt: ContinuousClock.Instant?

  /// A judge that has seen nothing yet.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes note of how things stand. Has to be called every second or so: a verdict is as good as what was seen.
  public mutating func observe(_ observation: ReadinessObservation, at now: ContinuousClock.Instant) {
    let isNewPhase = observation.phase != latest.phase
    var isFurther = isNewPhase || progressAt == nil
    latest = observation
    if observation.durableLSN > durable {
      durable = observation.durableLSN
      isFurther = true
    }
    if let seen = observation.piece, piece.map({ $0 < seen }) ?? true {
      piece = seen
      isFurther = true
    }
    if observation.copiedBytes > copiedBytes {
      copiedBytes = observation.copiedBytes
      isFurther = true
    }
    if isFurther || !hasWork { progressAt = now }
  }

  /// True if something lies there to be done.
  private var hasWork: Bool {
    switch latest.phase {
    case .copying: true
    case .streaming: latest.durableLSN < latest.sourceLSN
    case .starting, .standby, .parkingFull, .reconnecting, .stopping: false
    }
  }

  /// How things stand at this moment.
  public func verdict(at now: ContinuousClock.Instant) -> Readiness {
    switch latest.phase {
    case .starting: .notReady("The pipeline is starting." + cause)
    case .reconnecting: .notReady("A connection was lost and could not be made again yet." + cause)
    case .stopping: .notReady("The process was asked to end.")
    case .parkingFull:
      .notReady(
        "The parked changes of \(latest.fullTable ?? "a table") have reached parking.max_bytes. The stream rests and the "
          + "source keeps its WAL until the table is resumed or the limit is raised.")
    case .standby: silence(at: now) ?? .ready("Stands by: another process leads the pipeline.")
    case .copying: stall(at: now) ?? .ready("Leads the pipeline and makes the first copy.")
    case .streaming: streaming(at: now)
    }
  }

  private func streaming(at now: ContinuousClock.Instant) -> Readiness {
    if latest.publicationSends == false {
      return .notReady("The publication is gone or empty: no change reaches the slot's reader.")
    }
    if let trouble = stall(at: now) ?? silence(at: now) { return trouble }
    guard latest.durableLSN < latest.sourceLSN else {
      return .ready("Leads the pipeline; the target has everything up to \(latest.durableLSN).")
    }
    let bytes = latest.sourceLSN.bytes(since: latest.durableLSN)
    return .ready("Leads the pipeline; durable up to \(latest.durableLSN), \(bytes) bytes behind the source.")
  }

  private func stall(at now: ContinuousClock.Instant) -> Readiness? {
    guard hasWork, let progressAt, now - progressAt >= limits.stall else { return nil }
    let time = Self.seconds(now - progressAt)
    guard latest.phase == .streaming else { return .notReady("The first copy has not moved for \(time)." + cause) }
    return .notReady(
      "Nothing has become durable on the target for \(time), although the source is ahead: durable up to "
        + "\(latest.durableLSN), the source is at \(latest.sourceLSN). Look for locks, a full disk or a hanging "
        + "server on the target." + cause)
  }

  private func silence(at now: ContinuousClock.Instant) -> Readiness? {
    guard let heard = latest.targetHeardAt else { return .notReady("The target has not answered yet." + cause) }
    guard now - heard >= limits.silence else { return nil }
    return .notReady("The target has not answered for \(Self.seconds(now - heard))." + cause)
  }

  private var cause: String { latest.lastError.map { " Last error: \($0)" } ?? "" }

  private static func seconds(_ duration: Duration) -> String { "\(duration.components.seconds) s" }
}
