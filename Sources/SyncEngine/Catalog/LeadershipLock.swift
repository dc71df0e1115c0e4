import LibPQ
import PostgresTypes

/// The advisory lock in the target database whose holder leads a pipeline.
///
/// It belongs to the session that applies, so whoever loses that session loses the lead at once.
public struct LeadershipLock: Hashable, Sendable {
  /// The pipeline that is led.
  public var pipeline: String

  /// The lock of a pipeline.
  public init(pipeline: String) { self.pipeline = pipeline }

  /// The first key of all advisory locks of pgsyncd: `pgsy` in ASCII.
  public static let classKey = 1_885_828_473

  /// The lock's two keys as arguments of `pg_advisory_lock` and its kin.
  public var sqlArguments: String {
    "\(Self.classKey), hashtext(\(SQLLiteral.quoted("pgsyncd:" + pipeline)))"
  }

  /// The process number of the target's backend that holds the lock; nil if nobody leads.
  public func holder(_ connection: PostgresConnection) throws(PostgresError) -> Int32? {
    // pg_locks shows a pair of keys as classid and objid with objsubid 2; objid is the second key without its sign.
    let result = try connection.query(
      """
      SELECT l.pid
      FROM pg_locks l
      JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
      WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid = \(Self.classKey)
        AND l.objid::bigint = hashtext($1)::bigint & 4294967295
      """, ["pgsyncd:" + pipeline])
    return result.rowCount == 0 ? nil : try ResultRow(result: result, row: 0).integer(0)
  }
}
