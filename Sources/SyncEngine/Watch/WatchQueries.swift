/// The statements with which the catalog watch finds out what has changed, each for all tables of a database at once.
///
/// A catalog row that is written anew has another `xmin`, so the sum of hashes over the rows that matter changes with any
/// change of them, whatever it is; ANALYZE and VACUUM write their figures in place and leave it alone. Two levels keep
/// that cheap: a few sums tell that nothing has changed, and only if something has, marks of each table tell what.
///
/// With 10,000 tables of ten columns the sums take 50 ms of a server's processor (15.18): less than 0.1 % of it, once a
/// minute.
///
/// OIDs below 16384 belong to the server itself (`FirstNormalObjectId`, access/transam.h).
enum WatchQueries {
  /// One text that is another one as soon as anything has changed that the watch looks at.
  ///
  /// - Parameter isSource: `$1` is then the publication, which is looked at too.
  static func totals(serverVersion: Int32, isSource: Bool) -> String {
    var sums = [tableTotals, typeMark]
    if isSource { sums.append(publicationTotals(serverVersion)) }
    return "SELECT concat_ws(' ', \(sums.joined(separator: ",\n  ")))"
  }

  private static let tableTotals = """
    (SELECT sum(hashint8extended(relfilenode::bigint << 32 | xmin::text::bigint, oid::bigint)) FROM pg_class
        WHERE relkind IN ('r', 'p') AND relpersistence <> 't' AND oid >= 16384),
      (SELECT sum(hashint8extended(attnum::bigint << 32 | xmin::text::bigint, attrelid::bigint)) FROM pg_attribute
        WHERE attnum > 0 AND attrelid >= 16384),
      (SELECT sum(hashint8extended(xmin::text::bigint, oid::bigint)) FROM pg_attrdef),
      (SELECT sum(hashint8extended(xmin::text::bigint, indexrelid::bigint)) FROM pg_index WHERE indrelid >= 16384),
      (SELECT sum(hashint8extended(xmin::text::bigint, oid::bigint)) FROM pg_constraint WHERE contype = 'f'),
      (SELECT sum(hashint8extended(xmin::text::bigint, inhrelid::bigint)) FROM pg_inherits)
    """

  /// What the types that users have made consist of: labels, constraints of domains, attributes of composites.
  private static let typeMark = """
    concat_ws('/',
        (SELECT sum(hashtextextended(enumsortorder::text || ' ' || enumlabel, oid::bigint)) FROM pg_enum),
        (SELECT sum(hashint8extended(xmin::text::bigint, oid::bigint)) FROM pg_constraint WHERE contypid <> 0),
        (SELECT sum(hashint8extended(xmin::text::bigint, oid::bigint)) FROM pg_type
          WHERE typtype IN ('d', 'e', 'r', 'm') AND oid >= 16384),
        (SELECT sum(hashint8extended(a.attnum::bigint << 32 | a.xmin::text::bigint, a.attrelid::bigint))
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relkind = 'c'))
    """

  private static func publicationTotals(_ serverVersion: Int32) -> String {
    let schemas =
      serverVersion < 150_000
      ? ""
      : """
      ,
          (SELECT sum(hashint8extended(m.xmin::text::bigint, m.oid::bigint)) FROM pg_publication_namespace m
            WHERE m.pnpubid = (SELECT oid FROM pg_publication WHERE pubname = $1))
      """
    return """
      (SELECT xmin::text FROM pg_publication WHERE pubname = $1),
          (SELECT sum(hashint8extended(m.xmin::text::bigint, m.oid::bigint)) FROM pg_publication_rel m
            WHERE m.prpubid = (SELECT oid FROM pg_publication WHERE pubname = $1))\(schemas)
      """
  }

  /// ``typeMark``, alone.
  static let types = "SELECT \(typeMark)"

  /// The marks of each table: OID, everything, its columns, file node, version of its `pg_class` row, rows (−1 right after
  /// TRUNCATE), parent if it is a partition, version of its `pg_inherits` row, version of its row type, membership.
  ///
  /// - Parameter isSource: `$1` is then the publication; the membership is the OID of the catalog's row that makes the
  ///   table (or its schema, or all tables) part of it: another one after it was taken out and put in again.
  static func marks(serverVersion: Int32, isSource: Bool) -> String {
    let hasSchemas = serverVersion >= 150_000
    let member =
      isSource
      ? """
      LEFT JOIN pg_publication p ON p.pubname = $1
      LEFT JOIN pg_publication_rel m ON m.prrelid = c.oid AND m.prpubid = p.oid
      \(hasSchemas ? "LEFT JOIN pg_publication_namespace s ON s.pnnspid = c.relnamespace AND s.pnpubid = p.oid" : "")
      """ : ""
    let membership =
      isSource ? "coalesce(m.oid, \(hasSchemas ? "s.oid, " : "")CASE WHEN p.puballtables THEN p.oid END)" : "NULL"
    let membershipVersion = isSource ? "m.xmin, p.xmin" : "NULL"
    return """
      SELECT c.oid,
        hashtextextended(concat_ws(' ', c.relnamespace, c.relkind, c.relreplident, c.relpersistence, c.relrowsecurity,
            a.mark, d.mark, i.mark, k.mark, h.inhparent, \(membership), \(membershipVersion),
            c.relname), 0),
        coalesce(a.mark, 0), c.relfilenode, c.relpersistence = 'u', c.xmin, c.reltuples, h.inhparent, h.xmin, t.xmin,
        \(membership)
      FROM pg_class c
      LEFT JOIN (
        SELECT attrelid, bit_xor(hashint8extended(attnum::bigint << 32 | xmin::text::bigint, 0)) AS mark
        FROM pg_attribute WHERE attnum > 0 AND attrelid >= 16384 GROUP BY attrelid
      ) a ON a.attrelid = c.oid
      LEFT JOIN (
        SELECT adrelid, bit_xor(hashint8extended(oid::bigint << 32 | xmin::text::bigint, 0)) AS mark
        FROM pg_attrdef GROUP BY adrelid
      ) d ON d.adrelid = c.oid
      LEFT JOIN (
        SELECT indrelid, bit_xor(hashint8extended(indexrelid::bigint << 32 | xmin::text::bigint, 0)) AS mark
        FROM pg_index WHERE indrelid >= 16384 GROUP BY indrelid
      ) i ON i.indrelid = c.oid
      LEFT JOIN (
        SELECT conrelid, bit_xor(hashint8extended(oid::bigint << 32 | xmin::text::bigint, 0)) AS mark
        FROM pg_constraint WHERE contype = 'f' GROUP BY conrelid
      ) k ON k.conrelid = c.oid
      LEFT JOIN pg_inherits h ON c.relispartition AND h.inhrelid = c.oid AND NOT h.inhdetachpending
      LEFT JOIN pg_type t ON c.relispartition AND t.oid = c.reltype
      \(member)
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.oid >= 16384
      """
  }

  /// The tables with a column of a type that users have made.
  static let tablesOfUserTypes = """
    SELECT DISTINCT attrelid FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped AND atttypid >= 16384 AND attrelid >= 16384
    """

  /// Where the log ends. Asked after the catalog was read, so that everything that was seen lies before it.
  ///
  /// The function names the place where the next record begins. At the beginning of a page that lies behind the page's
  /// header (24 bytes, 40 at the beginning of a file), where no record ends: the stream would never be there.
  static let position = """
    SELECT CASE
        WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
        ELSE (SELECT insert - CASE WHEN (insert - '0/0') % 8192 IN (24, 40) THEN (insert - '0/0') % 8192 ELSE 0 END
          FROM (SELECT pg_current_wal_insert_lsn() AS insert) AS log)
      END
    """
}
