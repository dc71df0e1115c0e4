import LibPQ
import PostgresTypes

/// What has to be known of a server, a database and the role before anything is set up there.
struct ServerFacts: Sendable {
  /// 150018 is 15.18.
  var version: Int32
  var role: String
  var isSuperuser: Bool
  var database: String
  var databaseOID: OID
  /// `pg_control_system().system_identifier`: the same on physical copies.
  var systemID: String
  /// When the server was started, in microseconds: tells two copies of one cluster apart.
  var startedAt: Int64
  var isInRecovery: Bool
  var isReadOnly: Bool
  var mayCreateInDatabase: Bool
  var walLevel: String
  var slots: Int
  var slotsMax: Int
  var walSenders: Int
  var walSendersMax: Int
  /// True if `session_replication_role` may be set.
  var maySetReplicationRole: Bool

  /// Asks the server; one statement.
  init(_ connection: PostgresConnection) throws(PostgresError) {
    version = connection.serverVersion
    let maySetReplicationRole =
      connection.serverVersion >= 150_000
      ? "r.rolsuper OR has_parameter_privilege('session_replication_role', 'SET')" : "r.rolsuper"
    let row = try connection.query(
      """
      SELECT r.rolname, r.rolsuper, d.datname, d.oid, (SELECT system_identifier FROM pg_control_system()),
        \(ResultRow.microseconds("pg_postmaster_start_time()")), pg_is_in_recovery(),
        current_setting('transaction_read_only') = 'on', has_database_privilege(d.oid, 'CREATE'),
        current_setting('wal_level'), (SELECT count(*) FROM pg_replication_slots),
        current_setting('max_replication_slots'),
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender'),
        current_setting('max_wal_senders'), \(maySetReplicationRole)
      FROM pg_roles r, pg_database d
      WHERE r.rolname = current_user AND d.datname = current_database()
      """
    ).onlyRow()
    role = try row.text(0)
    isSuperuser = try row.flag(1)
    database = try row.text(2)
    databaseOID = try row.oid(3)
    systemID = try row.text(4)
    startedAt = try row.integer(5)
    isInRecovery = try row.flag(6)
    isReadOnly = try row.flag(7)
    mayCreateInDatabase = try row.flag(8)
    walLevel = try row.text(9)
    slots = try row.integer(10)
    slotsMax = try row.integer(11)
    walSenders = try row.integer(12)
    walSendersMax = try row.integer(13)
    self.maySetReplicationRole = try row.flag(14)
  }

  /// 15 for 15.18.
  var majorVersion: Int32 { version / 10_000 }

  /// True if both sessions are in the same database of the same running server. Physical copies of one cluster share
  /// everything but the moment of their start.
  func isSameDatabase(as other: ServerFacts) -> Bool {
    systemID == other.systemID && databaseOID == other.databaseOID && startedAt == other.startedAt
  }
}
