import PostgresTypes

/// How far the target is behind the source, as well as it can be told.
public struct PipelineLag: Hashable, Sendable {
  /// WAL between what is applied and the source's position; nil if the source's position is not known.
  public var bytes: Int64?
  /// Time since the target last had everything that the source had; nil if that is not known.
  public var seconds: Double?

  /// Nothing is known.
  public init() {}

  /// Works the lag out of what was observed.
  ///
  /// The last applied transaction's commit time alone would overstate it: on a source that is quiet for an hour it is an
  /// hour old. So a sign of life of the service counts too, if all that the source had at that moment is applied now.
  ///
  /// - Parameters:
  ///   - applied: how far the target is.
  ///   - commitTime: when the source committed the last transaction up to there.
  ///   - source: the source's newest known position.
  ///   - heartbeat: the source's position at a sign of life of the service, and when that was.
  ///   - now: the time of the question.
  public init(
    applied: LSN?, commitTime: PostgresTimestamp?, source: LSN?,
    heartbeat: (source: LSN, at: PostgresTimestamp)?, now: PostgresTimestamp
  ) {
    guard let applied else { return }
    bytes = source.map { Int64(clamping: $0.bytes(since: applied)) }
    if let source, applied >= source {
      seconds = 0
      return
    }
    var complete = commitTime
    if let heartbeat, applied >= heartbeat.source { complete = max(complete ?? heartbeat.at, heartbeat.at) }
    seconds = complete.map { max(0, now.seconds(since: $0)) }
  }
}
