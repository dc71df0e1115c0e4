import LibPQ

extension LeadershipLock {
  /// How many sessions hold the lock (one or none), and how many wait for it as standbys.
  func sessions(_ connection: PostgresConnection) throws(PostgresError) -> (leaders: Int, standbys: Int) {
    // pg_locks shows a pair of keys as classid and objid with objsubid 2; objid is the second key without its sign.
    let row = try connection.query(
      """
      SELECT count(*) FILTER (WHERE l.granted), count(*) FILTER (WHERE NOT l.granted)
      FROM pg_locks l
      JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
      WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = \(Self.classKey)
        AND l.objid::bigint = hashtext($1)::bigint & 4294967295
      """, ["pgsyncd:" + pipeline]
    ).onlyRow()
    return (try row.integer(0), try row.integer(1))
  }
}
